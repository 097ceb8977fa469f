import { X } from "lucide-react";
import { useId, useState, type KeyboardEvent, type ReactNode } from "react";
import { Button } from "./Button";
import { Input } from "./Form";
import { text } from "./text";

interface TokenInputProps {
  tokens: readonly string[];
  onChange: (tokens: string[]) => void;
  suggestions?: readonly string[];
  /** Told while it is typed, to find suggestions. */
  onType?: (typed: string) => void;
  placeholder?: string;
  disabled?: boolean;
}

/** Several short texts, such as ids or tags: Enter or a comma takes one in. Stands in a `Field`. */
export function TokenInput({
  tokens,
  onChange,
  suggestions = [],
  onType,
  placeholder,
  disabled = false,
}: TokenInputProps): ReactNode {
  const [typed, setTyped] = useState("");
  const listId = useId();
  const type = (value: string): void => {
    setTyped(value);
    onType?.(value);
  };
  const take = (): void => {
    const added = typed
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "" && !tokens.includes(part));
    if (added.length > 0) onChange([...tokens, ...added]);
    type("");
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      take();
    } else if (event.key === "Backspace" && typed === "" && tokens.length > 0) {
      onChange(tokens.slice(0, -1));
    }
  };
  return (
    <div className="space-y-1.5">
      <Input
        value={typed}
        list={suggestions.length > 0 ? listId : undefined}
        placeholder={placeholder}
        disabled={disabled}
        onChange={(event) => type(event.target.value)}
        onKeyDown={press}
        onBlur={take}
      />
      <datalist id={listId}>
        {suggestions.map((suggestion) => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
      {tokens.length > 0 && (
        <ul className="flex flex-wrap gap-1">
          {tokens.map((token) => (
            <li key={token}>
              <Button
                size="small"
                className="h-6 font-mono font-normal"
                disabled={disabled}
                aria-label={text.remove(token)}
                onClick={() => onChange(tokens.filter((one) => one !== token))}
              >
                {token}
                <X aria-hidden className="size-3" />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
