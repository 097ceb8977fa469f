/** Costs, which the API gives as decimals in text. */

/** "€12.34"; what is less than one of the currency is told to a hundredth of a cent, as it is worked out. */
export function money(amount: string, currency: string, mostDecimals = 4): string {
  const value = Number(amount);
  return new Intl.NumberFormat("en-GB", {
    style: "currency",
    currency,
    maximumFractionDigits: value !== 0 && Math.abs(value) < 1 ? mostDecimals : 2,
    minimumFractionDigits: 2,
  }).format(value);
}
