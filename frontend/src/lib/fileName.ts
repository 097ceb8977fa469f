/** What the server calls the file that it answers with. */
export function fileName(response: Response, otherwise: string): string {
  return /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? otherwise;
}
