import { clsx, type ClassValue } from "clsx";
import { twMerge } from "tailwind-merge";

/** Class names joined; of two that set the same property, the later one wins. */
export function classes(...values: ClassValue[]): string {
  return twMerge(clsx(values));
}
