package io.sharedcounter.server;

import io.sharedcounter.http.PasswordHash;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Prints the line of the users file for one user. The password is read from the console or from
 * standard input, never from the arguments, which other processes can see. Confined to the main
 * thread.
 */
@Command(
    name = "hash-password",
    description = "Reads a password and prints the line for the users file.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
final class HashPasswordCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "USER", description = "Name of the user.")
  private String user = "";

  @Parameters(index = "1", paramLabel = "ROLE", description = "viewer, operator or admin.")
  private String role = "";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PasswordHash.requireUser(user, role);
    char[] password = password();
    if (password.length == 0) {
      throw new IllegalArgumentException("the password is empty; type one, or pipe it in");
    }
    spec.commandLine().getOut().println(user + " = " + role + " " + PasswordHash.of(password));
    return 0;
  }

  @SuppressWarnings("SystemConsoleNull") // where it is never null, it reads a pipe too
  private static char[] password() throws IOException {
    Console console = System.console();
    if (console != null) {
      char[] typed = console.readPassword("Password: ");
      return typed == null ? new char[0] : typed;
    }
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    return line == null ? new char[0] : line.toCharArray();
  }
}
