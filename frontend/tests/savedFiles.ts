import { vi } from "vitest";
import type { saveFile as handOver } from "@/lib/download";

/** What a page hands to the person as a file, in every test: the files share their modules, and so must see the same. */
export const saveFile = vi.fn<typeof handOver>();
