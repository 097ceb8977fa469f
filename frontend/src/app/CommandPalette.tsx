import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import { usePermission } from "@/auth/permissions";
import { StatusShape } from "@/components/Status";
import { useDebounced } from "@/lib/useDebounced";
import type { Page } from "@/routing/page";
import { text } from "./text";

interface PaletteProps {
  open: boolean;
  onClose: () => void;
  pages: readonly Page[];
}

export default function CommandPalette({ open, onClose, pages }: PaletteProps): ReactNode {
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg border bg-surface shadow-xl"
        >
          <Dialog.Title className="sr-only">{text.commands}</Dialog.Title>
          <Palette pages={pages} onClose={onClose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const ITEM = "flex cursor-pointer items-center gap-2 rounded px-2 py-1.5 text-sm data-[selected=true]:bg-raised";
const GROUP =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted";

function Palette({ pages, onClose }: Omit<PaletteProps, "open">): ReactNode {
  const [typed, setTyped] = useState("");
  const q = useDebounced(typed.trim());
  const navigate = useNavigate();
  const mayFindDevices = usePermission("devices:read");
  const devices = useQuery({
    queryKey: [...keys.devices, "palette", q],
    enabled: mayFindDevices && q !== "",
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask(api.GET("/customer/devices", { params: { query: { q, limit: 8 } }, signal })),
  });
  const go = (path: string): void => {
    onClose();
    void navigate(path);
  };
  const found = pages.filter(
    ({ navigation, title }) => navigation && title.toLowerCase().includes(typed.trim().toLowerCase()),
  );
  return (
    <Command label={text.commands} shouldFilter={false} loop>
      <Command.Input
        value={typed}
        onValueChange={setTyped}
        placeholder={text.commandsHint}
        className="h-11 w-full border-b bg-transparent px-4 text-sm outline-none"
      />
      <Command.List className="max-h-80 overflow-y-auto p-1">
        <Command.Empty className="px-3 py-6 text-center text-sm text-muted">{text.noCommands}</Command.Empty>
        {found.length > 0 && (
          <Command.Group heading={text.pages} className={GROUP}>
            {found.map((page) => {
              const Icon = page.navigation?.icon;
              return (
                <Command.Item
                  key={page.path}
                  value={`page ${page.path}`}
                  onSelect={() => go(`/${page.path}`)}
                  className={ITEM}
                >
                  {Icon && <Icon aria-hidden className="size-4 text-muted" />}
                  {page.title}
                </Command.Item>
              );
            })}
          </Command.Group>
        )}
        {q !== "" && (devices.data?.items.length ?? 0) > 0 && (
          <Command.Group heading={text.devices} className={GROUP}>
            {devices.data?.items.map((device) => (
              <Command.Item
                key={device.device_id}
                value={`device ${device.device_id}`}
                onSelect={() => go(`/devices/${device.device_id}`)}
                className={ITEM}
              >
                <StatusShape status={device.status} />
                {device.name || device.device_id}
                <span className="ml-auto truncate text-xs text-muted">{device.site_name}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}
