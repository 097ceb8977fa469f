import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Permission } from "@/api/types";
import { Can } from "@/auth/Can";
import { Button } from "./Button";

interface AddButtonProps {
  permission: Permission;
  /** The page on which it is made; else `onClick` opens a dialog. */
  to?: string;
  onClick?: () => void;
  children: ReactNode;
}

/** The way to a list's next entry, for those who may make one. */
export function AddButton({ permission, to, onClick, children }: AddButtonProps): ReactNode {
  const content = (
    <>
      <Plus aria-hidden className="size-4" />
      {children}
    </>
  );
  return (
    <Can permission={permission}>
      {to === undefined ? (
        <Button kind="primary" onClick={onClick}>
          {content}
        </Button>
      ) : (
        <Button kind="primary" asChild>
          <Link to={to}>{content}</Link>
        </Button>
      )}
    </Can>
  );
}
