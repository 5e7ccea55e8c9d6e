package dev.gatewaydb.dao.ref;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What a sender uploads: a JSON object with {@code enc}, {@code ciphertext}, {@code policy_client},
 * {@code chain_id} and {@code recipient_pubkey}. Binary fields are hexadecimal or base64. Its bytes
 * are kept as they came, because signatures cover them.
 */
public final class RefEnvelope {
  /** How large an envelope may be, 1 MiB. */
  public static final int MOST_BYTES = 1 << 20;

  private static final int ENC_BYTES = 32;
  private static final int TAG_BYTES = 16;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final List<String> FIELDS =
      List.of("enc", "ciphertext", "policy_client", "chain_id", "recipient_pubkey");

  private final byte[] json;
  private final byte[] enc;
  private final byte[] ciphertext;
  private final EthereumAddress policyClient;
  private final long chainId;
  private final PublicKey recipient;

  private RefEnvelope(byte[] json, Map<String, String> fields, List<String> faults) {
    this.json = json;
    this.enc = bytes(fields, "enc", faults);
    this.ciphertext = bytes(fields, "ciphertext", faults);
    this.policyClient = address(fields, faults);
    this.chainId = chain(fields, faults);
    byte[] key = bytes(fields, "recipient_pubkey", faults);
    if (fields.containsKey("enc") && enc.length != ENC_BYTES) {
      faults.add("enc has %d bytes, not %d".formatted(enc.length, ENC_BYTES));
    }
    if (fields.containsKey("ciphertext") && ciphertext.length < TAG_BYTES) {
      faults.add(
          "ciphertext has %d bytes; its tag alone has %d".formatted(ciphertext.length, TAG_BYTES));
    }
    if (fields.containsKey("recipient_pubkey") && key.length != PublicKey.BYTES) {
      faults.add("recipient_pubkey has %d bytes, not %d".formatted(key.length, PublicKey.BYTES));
    }
    if (!faults.isEmpty()) {
      throw new InvalidInputException(faults.stream().map(f -> "the envelope: " + f).toList());
    }
    this.recipient = PublicKey.of(key);
  }

  /**
   * Reads and checks an envelope.
   *
   * @throws InvalidInputException with everything that is wrong
   */
  public static RefEnvelope parse(byte[] json) {
    if (json.length > MOST_BYTES) {
      throw new InvalidInputException(
          "the envelope has %d bytes; %d is the most".formatted(json.length, MOST_BYTES));
    }
    List<String> faults = new ArrayList<>();
    Map<String, String> fields = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidInputException("the envelope is no JSON object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (!FIELDS.contains(name)) {
          parser.skipChildren();
        } else if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT) {
          fields.put(name, parser.getText());
        } else {
          faults.add(name + " is neither text nor a whole number");
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new InvalidInputException("the envelope goes on after its JSON object");
      }
    } catch (StreamReadException e) {
      throw new InvalidInputException(
          "the envelope is no valid JSON, at byte %d".formatted(e.getLocation().getByteOffset()));
    } catch (IOException e) {
      throw new InvalidInputException("the envelope is no valid JSON in UTF-8");
    }
    FIELDS.stream()
        .filter(field -> !fields.containsKey(field))
        .filter(field -> faults.stream().noneMatch(fault -> fault.startsWith(field)))
        .forEach(field -> faults.add(field + " is missing"));
    return new RefEnvelope(json.clone(), fields, faults);
  }

  private static byte[] bytes(Map<String, String> fields, String name, List<String> faults) {
    try {
      return BinaryText.parse(name, fields.getOrDefault(name, ""));
    } catch (InvalidInputException e) {
      faults.add(String.valueOf(e.getMessage()));
      fields.remove(name);
      return new byte[0];
    }
  }

  private static EthereumAddress address(Map<String, String> fields, List<String> faults) {
    try {
      return EthereumAddress.parse(
          fields.getOrDefault("policy_client", "0x" + "0".repeat(2 * EthereumAddress.BYTES)));
    } catch (InvalidInputException e) {
      faults.add("policy_client: " + e.getMessage());
      return EthereumAddress.of(new byte[EthereumAddress.BYTES]);
    }
  }

  private static long chain(Map<String, String> fields, List<String> faults) {
    String text = fields.getOrDefault("chain_id", "0");
    if (text.matches("[0-9]{1,19}")) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException tooLarge) {
        // Said below.
      }
    }
    faults.add("chain_id is not a number from 0 to %d".formatted(Long.MAX_VALUE));
    return 0;
  }

  /** An envelope from its parts, with hexadecimal fields. */
  static RefEnvelope of(
      byte[] enc,
      byte[] ciphertext,
      EthereumAddress policyClient,
      long chainId,
      PublicKey recipient) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(json)) {
      generator.writeStartObject();
      generator.writeStringField("enc", HexFormat.of().formatHex(enc));
      generator.writeStringField("ciphertext", HexFormat.of().formatHex(ciphertext));
      generator.writeStringField("policy_client", policyClient.toString());
      generator.writeNumberField("chain_id", chainId);
      generator.writeStringField("recipient_pubkey", recipient.toString());
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parse(json.toByteArray());
  }

  /** A copy of the JSON, exactly as it came. */
  public byte[] bytes() {
    return json.clone();
  }

  /** The encapsulated key and the ciphertext, as HPKE libraries take them. */
  byte[] sealed() {
    byte[] both = new byte[enc.length + ciphertext.length];
    System.arraycopy(enc, 0, both, 0, enc.length);
    System.arraycopy(ciphertext, 0, both, enc.length, ciphertext.length);
    return both;
  }

  /** The contract that the data is for. */
  public EthereumAddress policyClient() {
    return policyClient;
  }

  /** EIP-155. */
  public long chainId() {
    return chainId;
  }

  /** X25519; who can open it. */
  public PublicKey recipient() {
    return recipient;
  }
}
