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
    return new SecretId(
        EthereumAddress.parse(policyClient), EthereumAddress.parse(policyData), chainId);
  }
}
