package dev.gatewaydb.dao.ref;

import dev.gatewaydb.dao.EthereumAddress;

/**
 * Who may resolve a reference: those who name all three.
 *
 * @param recipient X25519, for whom the data is encrypted
 */
public record RefScope(EthereumAddress sender, EthereumAddress policyClient, PublicKey recipient) {}
