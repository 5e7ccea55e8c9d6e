package dev.gatewaydb.dao.secret;

import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.InvalidInputException;

/**
 * Names a secret.
 *
 * @param policyClient the contract that it belongs to; also its tenant
 * @param policyData the contract that it is for
 * @param chainId EIP-155, not negative; 0 for secrets from before chains were recorded
 */
public record SecretId(EthereumAddress policyClient, EthereumAddress policyData, long chainId) {
  /** Refuses negative chains. */
  public SecretId {
    if (chainId < 0) {
      throw new InvalidInputException("a chain's id is not negative, but this is " + chainId);
    }
  }

  @Override
  public String toString() {
    return "%s/%s on chain %d".formatted(policyClient, policyData, chainId);
  }
}
