package dev.gatewaydb.cli;

import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.secret.SecretId;
import picocli.CommandLine.Option;

/** Which secret. */
final class SecretIdOptions {
  @Option(
      names = "--policy-client",
      required = true,
      paramLabel = "ADDRESS",
      description = "The contract that the secret belongs to, 0x and 40 digits.")
  private String policyClient = "";

  @Option(
      names = "--policy-data",
      required = true,
      paramLabel = "ADDRESS",
      description = "The contract that the secret is for.")
  private String policyData = "";

  @Option(
      names = "--chain-id",
      required = true,
      paramLabel = "N",
      description = "EIP-155; 0 for secrets from before chains were recorded.")
  private long chainId;

  SecretId id() {
    Faults faults = new Faults();
    var client = faults.in("--policy-client", () -> EthereumAddress.parse(policyClient));
    var data = faults.in("--policy-data", () -> EthereumAddress.parse(policyData));
    faults.requireNone();
    return new SecretId(client.orElseThrow(), data.orElseThrow(), chainId);
  }
}
