import { PolicyPack } from "@pulumi/policy";

import { rules } from "./rules";

new PolicyPack("azure-repair-kit", { policies: [...rules], enforcementLevel: "mandatory" });
