package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.EthereumAddress;
import java.util.UUID;

/**
 * A key to be made.
 *
 * @param userId its owner; must be in the dashboard's table {@code "user"} where that exists
 * @param address of the owner
 * @param environment what it is for
 * @param settings everything that may be changed later
 */
public record NewKey(
    UUID userId, EthereumAddress address, KeyEnvironment environment, KeySettings settings) {}
