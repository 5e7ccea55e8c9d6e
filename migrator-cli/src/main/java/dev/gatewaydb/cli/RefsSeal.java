package dev.gatewaydb.cli;

import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.ref.PublicKey;
import dev.gatewaydb.dao.ref.RefEnvelope;
import dev.gatewaydb.dao.ref.RefSealing;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "seal",
    description = {
      "Encrypt stdin for a recipient and print the envelope, for development. Needs no database.",
      "HPKE: X25519, HKDF-SHA256, AES-128-GCM.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb refs seal --new-key key --policy-client 0x5aAe… --chain-id 1 < data > envelope.json",
      "  gwdb refs open --key-file key < envelope.json",
    })
final class RefsSeal implements Callable<Integer> {
  private static final int MOST_BYTES = RefEnvelope.MOST_BYTES / 2 - 512;

  @Mixin private RefInfoOption info = new RefInfoOption();

  @Option(
      names = "--recipient",
      paramLabel = "KEY",
      description = "The recipient's X25519 public key, 64 hexadecimal digits.")
  private String recipient = "";

  @Option(
      names = "--new-key",
      paramLabel = "FILE",
      description = "Instead: make a key pair, and write its private key here, for you alone.")
  private String newKey = "";

  @Option(
      names = "--policy-client",
      required = true,
      paramLabel = "ADDRESS",
      description = "The contract that the data is for, 0x and 40 digits.")
  private String policyClient = "";

  @Option(names = "--chain-id", required = true, paramLabel = "N", description = "EIP-155.")
  private long chainId;

  private final Context context;

  RefsSeal(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (recipient.isEmpty() == newKey.isEmpty()) {
      throw new ConfigurationException(
          recipient.isEmpty()
              ? "--recipient or --new-key is needed"
              : "--recipient and --new-key exclude each other",
          "");
    }
    EthereumAddress client = EthereumAddress.parse(policyClient);
    byte[] bytes = info.bytes();
    // Read first: a key file that no envelope needs would be in the way of the next try.
    try (SecretBytes data = SecretBytes.of(StandardInput.read("the data", MOST_BYTES))) {
      PublicKey key = recipient.isEmpty() ? generated() : PublicKey.parse(recipient);
      RefEnvelope envelope = RefSealing.seal(key, client, chainId, bytes, data);
      context.console().result(new String(envelope.bytes(), StandardCharsets.UTF_8));
      return ExitCode.DONE;
    }
  }

  private PublicKey generated() {
    Path file = context.surroundings().directory().resolve(newKey);
    try (SecretBytes privateKey = RefSealing.newPrivateKey()) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, HexFormat.of().formatHex(privateKey.reveal()) + "\n");
      return RefSealing.publicKey(privateKey);
    } catch (FileAlreadyExistsException e) {
      throw new ConfigurationException(
          file + " is there already", "Name a new file, or the --recipient that it is for.");
    } catch (IOException e) {
      throw new FailedException("can't write " + file, "", e);
    }
  }
}
