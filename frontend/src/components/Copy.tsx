import { Check, Copy } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { IconButton } from "./Button";
import { text } from "./text";
import { toast } from "./toast";

export function CopyButton({ value, label = text.copy }: { value: string; label?: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch (error) {
      toast.failed(error);
    }
  };
  return (
    <IconButton label={copied ? text.copied : label} size="small" className="w-7" onClick={() => void copy()}>
      {copied ? <Check aria-hidden className="size-3.5 text-online" /> : <Copy aria-hidden className="size-3.5" />}
    </IconButton>
  );
}

/** Text for a terminal or a file, with a button that copies it. */
export function CodeBlock({ code, label }: { code: string; label: string }): ReactNode {
  return (
    <figure className="relative min-w-0 rounded-md border bg-raised">
      <figcaption className="flex items-center justify-between border-b px-2 py-1 text-xs text-muted">
        {label}
        <CopyButton value={code} label={`${text.copy}: ${label}`} />
      </figcaption>
      <pre
        tabIndex={0}
        role="region"
        aria-label={label}
        className="overflow-x-auto p-3 font-mono text-xs leading-relaxed"
      >
        {code}
      </pre>
    </figure>
  );
}
