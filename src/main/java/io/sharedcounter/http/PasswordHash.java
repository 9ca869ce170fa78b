package io.sharedcounter.http;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A salted, slow hash of a password (PBKDF2 with HMAC-SHA-256, RFC 8018), as the file of users
 * holds it: {@code pbkdf2-sha256$<rounds>$<salt, base64>$<hash, base64>}. Immutable.
 */
public final class PasswordHash {
  private static final String SCHEME = "pbkdf2-sha256";
  private static final int ROUNDS = 210_000;
  private static final int MOST_ROUNDS = 10_000_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private final int rounds;
  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(int rounds, byte[] salt, byte[] hash) {
    this.rounds = rounds;
    this.salt = salt;
    this.hash = hash;
  }

  /**
   * Hashes a password with a new random salt. Takes a noticeable fraction of a second, on purpose.
   *
   * @param password the password, any Unicode; left as it is
   * @return its hash
   */
  public static PasswordHash of(char[] password) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return new PasswordHash(ROUNDS, salt, derive(password, salt, ROUNDS, HASH_BYTES));
  }

  /**
   * Checks that a line of the file of users can say this name and role.
   *
   * @param user the name of the user
   * @param role the name of the role
   * @throws IllegalArgumentException that says what is wrong, if it cannot
   */
  public static void requireUser(String user, String role) {
    Users.requireUser(user, role);
  }

  /**
   * Reads a hash as {@link #toString()} writes it.
   *
   * @param text the text
   * @return the hash
   * @throws IllegalArgumentException if it is not of that form; the message does not repeat it
   */
  public static PasswordHash parse(String text) {
    String[] parts = text.split("\\$", -1);
    try {
      if (parts.length == 4 && parts[0].equals(SCHEME)) {
        int rounds = Integer.parseInt(parts[1]);
        byte[] salt = Base64.getDecoder().decode(parts[2]);
        byte[] hash = Base64.getDecoder().decode(parts[3]);
        if (rounds >= 1 && rounds <= MOST_ROUNDS && salt.length >= 8 && hash.length >= 16) {
          return new PasswordHash(rounds, salt, hash);
        }
      }
    } catch (IllegalArgumentException notOfThisForm) {
      // Falls through: neither a bad number nor bad base64 may be repeated in a message.
    }
    throw new IllegalArgumentException(
        "not a password hash of the form " + SCHEME + "$<rounds>$<salt, base64>$<hash, base64>");
  }

  /**
   * Returns whether this is the hash of the password. Takes as long for a wrong one as for the
   * right one.
   *
   * @param password the password; left as it is
   * @return whether it fits
   */
  public boolean matches(char[] password) {
    return MessageDigest.isEqual(hash, derive(password, salt, rounds, hash.length));
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    Base64.Encoder base64 = Base64.getEncoder();
    return String.join(
        "$",
        SCHEME,
        Integer.toString(rounds),
        base64.encodeToString(salt),
        base64.encodeToString(hash));
  }

  private static byte[] derive(char[] password, byte[] salt, int rounds, int length) {
    PBEKeySpec spec =
        new PBEKeySpec(Arrays.copyOf(password, password.length), salt, rounds, length * 8);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("http: this JVM lacks PBKDF2WithHmacSHA256", e);
    } finally {
      spec.clearPassword();
    }
  }
}
