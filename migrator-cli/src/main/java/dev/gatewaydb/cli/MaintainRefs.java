package dev.gatewaydb.cli;

import picocli.CommandLine.Command;

@Command(
    name = "refs",
    description = {
      "Delete encrypted references that have expired: runs the rule of this name.",
      "As 'gwdb refs purge' does, with progress and regard for standbys.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb maintain refs --dry-run", "  gwdb maintain refs"})
final class MaintainRefs extends OneRule {
  MaintainRefs(Context context) {
    super(context, "refs");
  }
}
