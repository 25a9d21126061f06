import { type Properties, UNKNOWN, valueAt } from "./properties";

/** Days after which a rule of a storage account's lifecycle deletes a blob, by each clock that it goes by. */
export function deletionDays(rule: Properties): readonly (number | typeof UNKNOWN)[] {
  return ["Modification", "Creation", "LastAccessTime"]
    .map((clock) => valueAt(rule, `definition.actions.baseBlob.delete.daysAfter${clock}GreaterThan`))
    .filter((days) => typeof days === "number" || days === UNKNOWN);
}
