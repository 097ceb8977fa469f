/** How a share of time that something was up is told, and in which colour. Pure. */
import { percent } from "./numbers";

const twoDigits = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Percent from which on a share is good, and worth a look. */
const GOOD = 99;
const FAIR = 95;
/** Percent of the time that must be known for a share of it to stand alone. */
const WELL_KNOWN = 90;

/** Null where nothing is known of the time; `known` is missing in reports from before there was this figure. */
type Known = number | null | undefined;

function isWellKnown(known: Known): boolean {
  return known === null || known === undefined || known >= WELL_KNOWN;
}

/** "99.50 %": as many digits of each, so that they compare; a dash where nothing is known. */
export function shareOf(share: number | null): string {
  return share === null ? percent(null) : `${twoDigits.format(share)} %`;
}

/** "of the 0.1 % that is known", to be told beside a share where that is little; null where the share stands alone. */
export function ofWhatIsKnown(share: number | null, known: Known): string | null {
  if (share === null || known === null || known === undefined || isWellKnown(known)) return null;
  return known < 0.01 ? "of under 0.01 % that is known" : `of the ${percent(known)} that is known`;
}

/** "99.50 %"; "100.00 % of the 0.1 % that is known"; a dash where nothing is. */
export function shareInWords(share: number | null, known: Known): string {
  return [shareOf(share), ofWhatIsKnown(share, known)].filter(Boolean).join(" ");
}

/** A class: good, fair or bad; none of these where too little is known to say so. */
export function shareTone(share: number | null, known: Known): string {
  if (share === null || !isWellKnown(known)) return "text-muted";
  return share >= GOOD ? "text-online" : share >= FAIR ? "text-stale" : "text-offline";
}
