import { z } from "zod";

const Configuration = z.object({
  /** Issuer of the tokens: https://cognito-idp.<region>.amazonaws.com/<pool>. */
  issuer: z.url(),
  client_id: z.string().min(1),
  /** Base address of the hosted sign-in. */
  sign_in_url: z.url(),
});

export type Configuration = z.infer<typeof Configuration>;

/** Read what the deploy wrote beside index.html. Throws when it is not there or makes no sense. */
export async function readConfiguration(): Promise<Configuration> {
  const response = await fetch(`${import.meta.env.BASE_URL}config.json`, { cache: "no-store" });
  if (!response.ok) throw new Error(`config.json was answered with ${response.status}`);
  return Configuration.parse(await response.json());
}
