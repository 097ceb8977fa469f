import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { Field, Input } from "@/components/Form";
import { FormDialog } from "@/components/FormDialog";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { money } from "./money";
import { usagePrices, useSetPrice, type UsagePrice } from "./queries";
import { itemWords, text } from "./text";

/** The table that costs are estimated by. */
export function Prices(): ReactNode {
  const query = useQuery(usagePrices);
  const [changed, setChanged] = useState<UsagePrice>();
  return (
    <Panel title={text.prices} className="mt-4">
      <p className="mb-2 text-sm text-muted">{text.pricesDetail}</p>
      <QueryState query={query} skeletonRows={5}>
        {({ items }) => (
          <ul className="divide-y text-sm">
            {items.map((price) => (
              <li key={price.item} className="flex items-center gap-3 py-1.5">
                <span className="w-32 font-medium">{itemWords[price.item]}</span>
                <span className="tabular flex-1 text-muted">
                  {text.per(money(price.price, price.currency, 6), price.per, price.item === "storage")}
                </span>
                <Can permission="operator.usage:manage">
                  <Button
                    size="small"
                    aria-label={text.changeOf(itemWords[price.item])}
                    onClick={() => setChanged(price)}
                  >
                    {text.change}
                  </Button>
                </Can>
              </li>
            ))}
          </ul>
        )}
      </QueryState>
      {changed && <PriceDialog price={changed} onClose={() => setChanged(undefined)} />}
    </Panel>
  );
}

const Wanted = z.object({
  price: z.string().regex(/^\d{1,6}(\.\d{1,6})?$/, text.priceWrong),
  per: z.int({ error: text.perWrong }).min(1, text.perWrong),
});

function PriceDialog({ price, onClose }: { price: UsagePrice; onClose: () => void }): ReactNode {
  const set = useSetPrice(price);
  const form = useForm<z.infer<typeof Wanted>>({
    resolver: zodResolver(Wanted),
    defaultValues: { price: price.price, per: price.per },
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      form={form}
      title={text.changeOf(itemWords[price.item])}
      description={text.pricesDetail}
      submit={text.save}
      onClose={onClose}
      onSubmit={(wanted) => set.mutateAsync(wanted)}
    >
      <Field label={`${text.price}, ${price.currency}`} error={errors.price?.message}>
        <Input inputMode="decimal" {...form.register("price")} />
      </Field>
      <Field label={text.perLabel} hint={text.perHint} error={errors.per?.message}>
        <Input inputMode="numeric" {...form.register("per", { valueAsNumber: true })} />
      </Field>
    </FormDialog>
  );
}
