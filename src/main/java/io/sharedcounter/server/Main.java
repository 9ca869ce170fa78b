package io.sharedcounter.server;

import io.sharedcounter.SharedCounters;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/**
 * Where the server jar starts: finds the command and turns what goes wrong into one line and an
 * exit code. Stateless, thread-safe.
 */
@Command(
    name = "sharedcounter-server",
    description = "Named shared counters over JMX and Jolokia. Without a command: serve.",
    subcommands = {
      ServeCommand.class,
      HistoryCommand.class,
      VerifyCommand.class,
      RestoreCommand.class,
      BackupCommand.class,
      ClusterCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      HashPasswordCommand.class
    },
    versionProvider = Main.Version.class,
    mixinStandardHelpOptions = true)
public final class Main {
  /** The exit code for what the caller can mend: arguments, files, ports. */
  static final int USAGE = CommandLine.ExitCode.USAGE;

  private static final System.Logger LOG = System.getLogger(Main.class.getName());

  private Main() {}

  /** Runs the command that {@code arguments} name, and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    ServerLog.start();
    System.exit(commandLine().execute(withDefaultCommand(arguments)));
  }

  static CommandLine commandLine() {
    CommandLine commands = new CommandLine(new Main());
    CommandLine serve = new CommandLine(new ServeCommand());
    commands
        .getCommandSpec()
        .usageMessage()
        .footer("", "Options of serve:", serve.getHelp().optionList().stripTrailing());
    commands.setParameterExceptionHandler(Main::explainArguments);
    commands.setExecutionExceptionHandler(Main::explain);
    return commands;
  }

  /** Puts {@code serve} in front of options that no command comes before. */
  static String[] withDefaultCommand(String[] arguments) {
    boolean isServe =
        arguments.length == 0
            || (arguments[0].startsWith("-") && !arguments[0].matches("-h|--help|-V|--version"));
    if (!isServe) {
      return arguments;
    }
    String[] all = new String[arguments.length + 1];
    all[0] = "serve";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return all;
  }

  private static int explainArguments(ParameterException e, String[] arguments) {
    return fail(e.getCommandLine().getErr(), e.getMessage() + "; see --help");
  }

  private static int explain(Exception e, CommandLine command, CommandLine.ParseResult arguments) {
    boolean isExpected =
        e instanceof IllegalArgumentException
            || e instanceof IllegalStateException
            || e instanceof UncheckedIOException;
    if (!isExpected) {
      LOG.log(System.Logger.Level.DEBUG, "unexpected", e);
    }
    return fail(command.getErr(), isExpected ? String.valueOf(e.getMessage()) : "failed: " + e);
  }

  static int fail(PrintWriter err, String why) {
    err.println("sharedcounter-server: " + why.replaceAll("\\s*\\R\\s*", " "));
    err.flush();
    return USAGE;
  }

  /** Tells the version to the command line. Stateless, thread-safe. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sharedcounter " + SharedCounters.version()};
    }
  }
}
