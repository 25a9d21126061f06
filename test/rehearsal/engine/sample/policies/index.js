const { PolicyPack } = require("@pulumi/policy");

new PolicyPack("sample-policies", {
  policies: [
    {
      name: "nothing-red",
      description: "Things may not be red.",
      enforcementLevel: "mandatory",
      validateResource: (args, report) => {
        if (args.props.colour === "red") report("choose another colour");
      },
    },
  ],
});
