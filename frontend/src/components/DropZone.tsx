import { FileUp } from "lucide-react";
import { useRef, useState, type ReactNode } from "react";
import { classes } from "@/lib/classes";
import { Button } from "./Button";
import { importText as text } from "./text";

interface DropZoneProps {
  hasFile: boolean;
  /** What a file may hold. */
  limits: string;
  onFile: (file: File) => void;
}

/** A file, dropped or chosen. The button is there for keyboards; dropping is a comfort. */
export function DropZone({ hasFile, limits, onFile }: DropZoneProps): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  return (
    <div
      className={classes(
        "flex flex-wrap items-center justify-center gap-2 rounded-lg border border-dashed bg-surface px-4 text-sm",
        hasFile ? "py-3" : "py-10",
        isOver && "border-accent bg-accent-soft",
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        const file = event.dataTransfer.files[0];
        if (file) onFile(file);
      }}
    >
      <FileUp aria-hidden className="size-5 text-muted" strokeWidth={1.4} />
      <span>{text.drop}</span>
      <Button kind={hasFile ? "plain" : "primary"} onClick={() => input.current?.click()}>
        {hasFile ? text.another : text.choose}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv"
        aria-label={text.choose}
        className="hidden"
        onChange={(event) => {
          const file = event.target.files?.[0];
          // Emptied, so that the same file can be chosen again after it was corrected.
          event.target.value = "";
          if (file) onFile(file);
        }}
      />
      {!hasFile && <p className="basis-full text-center text-xs text-muted">{limits}</p>}
    </div>
  );
}
