import type { Schemas } from "@/api/types";

/** What a tenant needs of operators. */
export const attentionWords: Record<Schemas["Attention"], string> = { NONE: "Well", AMBER: "Look", RED: "Act" };
