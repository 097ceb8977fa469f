import { onlineManager } from "@tanstack/react-query";
import { Component, Suspense, useEffect, useRef, useSyncExternalStore, type ErrorInfo, type ReactNode } from "react";
import { MissingModuleError } from "@/lib/lazily";
import { Button } from "./Button";
import { text } from "./text";

interface Props {
  /** A change of it, such as of the address, is a new try. */
  resetKey?: string | undefined;
  children: ReactNode;
}

interface State {
  /** Why it can't be shown. */
  failure: { error: unknown } | null;
  resetKey: string | undefined;
}

/** A page that can't be shown takes nothing else with it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failure: null, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { failure: { error } };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.resetKey ? null : { failure: null, resetKey: props.resetKey };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error("a part of the page failed", error, info.componentStack);
    if (error instanceof MissingModuleError) error.forget();
  }

  readonly retry = (): void => this.setState({ failure: null });

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    if (failure.error instanceof MissingModuleError) return <Missing onRetry={this.retry} />;
    return <Failed title={text.wentWrong} detail={text.wentWrongDetail} onRetry={this.retry} />;
  }
}

interface LazyPartProps extends Props {
  /** In its place while it is on its way. */
  fallback?: ReactNode;
}

/** Around what is fetched when it is shown: without a connection it alone is not there. */
export function LazyPart({ fallback, resetKey, children }: LazyPartProps): ReactNode {
  return (
    <ErrorBoundary resetKey={resetKey}>
      <Suspense fallback={fallback}>{children}</Suspense>
    </ErrorBoundary>
  );
}

/** What was not fetched yet is asked for again as soon as there is a connection. */
function Missing({ onRetry }: { onRetry: () => void }): ReactNode {
  const isOnline = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  const wasOnline = useRef(isOnline);
  useEffect(() => {
    if (isOnline && !wasOnline.current) onRetry();
    wasOnline.current = isOnline;
  }, [isOnline, onRetry]);
  return isOnline ? (
    <Failed title={text.wentWrong} detail={text.wentWrongDetail} onRetry={onRetry} />
  ) : (
    <Failed title={text.offline} detail={text.offlineDetail} onRetry={onRetry} />
  );
}

function Failed({ title, detail, onRetry }: { title: string; detail: string; onRetry: () => void }): ReactNode {
  return (
    <div role="alert" className="flex flex-col items-center gap-2 p-10 text-center">
      <p className="font-medium">{title}</p>
      <p className="text-sm text-muted">{detail}</p>
      <Button onClick={onRetry}>{text.retry}</Button>
    </div>
  );
}
