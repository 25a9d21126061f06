/** A program that reads a snapshot until it is ended: `hold-access.ts SNAPSHOT-ID`. It prints a line when it has access. */
import { diskReference } from "../../../azure/disk-reference";
import { loginSettings } from "../../../azure/login-settings";
import { withReadAccess } from "../../../azure/read-access";
import { LoginFallback, signIn } from "../../../azure/sign-in";

async function main(id: string): Promise<void> {
  const login = await signIn(loginSettings(process.env), LoginFallback.AzureCli);
  const note = (text: string): void => console.error(text);
  await withReadAccess(diskReference(id)!, { ...login, seconds: 600, isOwn: true, onNote: note }, async () => {
    console.error("reading");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  });
}

void main(process.argv[2]!);
