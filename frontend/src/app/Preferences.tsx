import { useMemo, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Field, Select } from "@/components/Form";
import { usePreferences, type Theme } from "@/lib/preferences";
import { text } from "./text";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

export function Preferences({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const { theme, timeZone, setTheme, setTimeZone } = usePreferences();
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone"), []);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={text.preferences}
      footer={
        <Button kind="primary" onClick={onClose}>
          {text.done}
        </Button>
      }
    >
      <div className="grid gap-4">
        <Field label={text.theme}>
          <Select
            value={theme}
            onChange={(event) => setTheme(THEMES.find((known) => known === event.target.value) ?? "system")}
          >
            {THEMES.map((name) => (
              <option key={name} value={name}>
                {text.themes[name]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={text.timeZone} hint={text.timeZoneHint}>
          <Select value={timeZone ?? ""} onChange={(event) => setTimeZone(event.target.value || null)}>
            <option value="">{text.browserTimeZone(browserZone)}</option>
            {["UTC", ...zones.filter((zone) => zone !== "UTC")].map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </Select>
        </Field>
      </div>
    </Dialog>
  );
}
