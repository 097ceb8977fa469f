/** Short news at the edge of the page: `toast.done("Closed", { undo })`, `toast.failed(error)`. */
import { create } from "zustand";
import { sentenceOf } from "@/lib/problem";

export interface ToastNews {
  id: number;
  kind: "done" | "failed";
  message: string;
  undo?: (() => Promise<unknown>) | undefined;
}

interface Toasts {
  news: ToastNews[];
}

const MOST = 4;
let nextId = 1;

export const useToasts = create<Toasts>(() => ({ news: [] }));

function add(news: Omit<ToastNews, "id">): void {
  useToasts.setState((state) => ({ news: [...state.news, { ...news, id: nextId++ }].slice(-MOST) }));
}

export function dismissToast(id: number): void {
  useToasts.setState((state) => ({ news: state.news.filter((news) => news.id !== id) }));
}

export const toast = {
  done: (message: string, options?: { undo?: () => Promise<unknown> }) =>
    add({ kind: "done", message, undo: options?.undo }),
  failed: (error: unknown) => add({ kind: "failed", message: sentenceOf(error) }),
};
