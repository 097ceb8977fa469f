import { Component, type ErrorInfo, type ReactNode } from "react";
import { Button } from "./Button";
import { text } from "./text";

interface Props {
  /** A change of it, such as of the address, is a new try. */
  resetKey?: string;
  children: ReactNode;
}

interface State {
  failed: boolean;
  resetKey: string | undefined;
}

/** A page that can't be shown takes nothing else with it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false, resetKey: this.props.resetKey };

  static getDerivedStateFromError(): Partial<State> {
    return { failed: true };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.resetKey ? null : { failed: false, resetKey: props.resetKey };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error("a part of the page failed", error, info.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div role="alert" className="flex flex-col items-center gap-2 p-10 text-center">
        <p className="font-medium">{text.wentWrong}</p>
        <p className="text-sm text-muted">{text.wentWrongDetail}</p>
        <Button onClick={() => this.setState({ failed: false })}>{text.retry}</Button>
      </div>
    );
  }
}
