import { Search } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Input } from "./Form";
import { text } from "./text";

interface SearchInputProps {
  value: string;
  onChange: (value: string) => void;
  label?: string;
  placeholder?: string;
}

const REST_MILLISECONDS = 250;

/** Says what was typed once it rests. "/" goes to it from anywhere (app/shortcuts). */
export function SearchInput({
  value,
  onChange,
  label = text.search,
  placeholder = label,
}: SearchInputProps): ReactNode {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  const [sent, setSent] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (value !== known) {
    setKnown(value);
    // Changed from outside: the back button, or filters that were cleared.
    if (value !== sent) setTyped(value);
  }
  // What is chosen on the page while the typed word rests must not be lost: the newest function knows of it.
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  }, [onChange]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string): void => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setSent(next.trim());
      tell.current(next.trim());
    }, REST_MILLISECONDS);
  };
  return (
    <div className="relative max-w-80 min-w-44 flex-1">
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2 size-4 text-muted" />
      <Input
        type="search"
        data-shortcut="search"
        aria-label={label}
        placeholder={placeholder}
        maxLength={100}
        value={typed}
        onChange={(event) => type(event.target.value)}
        className="pl-8"
      />
    </div>
  );
}
