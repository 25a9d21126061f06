import { azureFailure } from "../../azure/azure-failure";
import type { Known } from "../../preflight/facts";

/** What Azure answers, or why it did not: a fact that nobody may read must not end the whole check. */
export async function known<T>(answer: Promise<T>): Promise<Known<T>> {
  try {
    return { value: await answer };
  } catch (error) {
    const { statusCode, name } = error as { statusCode?: number; name?: string };
    if (name === "AbortError") throw error;
    // No status: it was no answer of Azure; nor will the next request get one.
    if (statusCode === undefined) throw azureFailure("Azure could not be asked", error);
    return { unknown: reasonOf(error) };
  }
}

/** What is there, or null when Azure knows nothing of this name. */
export async function found<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return null;
    throw error;
  }
}

/** All items of a list that comes in pages. */
export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

function reasonOf(error: unknown): string {
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message: string };
  const [line = ""] = message.split("\n");
  return [statusCode, code].filter((part) => part !== undefined).join(" ") + (line === "" ? "" : `: ${line}`);
}
