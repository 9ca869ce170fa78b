package io.sharedcounter.server;

import io.sharedcounter.SharedCounters;
import io.sharedcounter.archive.DamagedFileException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
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

  /** The exit code for data that are not what they should be: a file, a document. */
  static final int WRONG = 1;

  /** The commands that change no namespace. */
  private static final Set<String> READING = Set.of("history", "verify", "backup", "export");

  private static final System.Logger LOG = System.getLogger(Main.class.getName());

  private Main() {}

  /** Runs the command that {@code arguments} name, and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    ServerLog.start();
    System.exit(run(arguments, System.getProperty("sun.jnu.encoding", "UTF-8")));
  }

  private static int run(String[] arguments, String encoding) {
    CommandLine commands = commandLine();
    Optional<String> lost = LostText.in(arguments, encoding);
    return lost.isPresent()
        ? fail(commands.getErr(), lost.get())
        : run(commands, withDefaultCommand(arguments));
  }

  /** Runs the command; the command line lets errors through, which are no exceptions. */
  static int run(CommandLine commands, String[] arguments) {
    try {
      return commands.execute(arguments);
    } catch (OutOfMemoryError e) {
      boolean onlyReads = arguments.length > 0 && READING.contains(arguments[0]);
      return fail(commands.getErr(), NoMemory.text() + (onlyReads ? "; nothing has changed" : ""));
    }
  }

  static CommandLine commandLine() {
    CommandLine commands = new CommandLine(new Main());
    CommandLine serve = new CommandLine(new ServeCommand());
    commands
        .getCommandSpec()
        .usageMessage()
        .footer("", "Options of serve:", serve.getHelp().optionList().stripTrailing());
    // A counter may be called @a, which is not a file of arguments.
    commands.setExpandAtFiles(false);
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
    int why = e instanceof DamagedFileException ? WRONG : USAGE;
    return fail(
        why, command.getErr(), isExpected ? String.valueOf(e.getMessage()) : "failed: " + e);
  }

  private static int fail(PrintWriter err, String why) {
    return fail(USAGE, err, why);
  }

  /** Tells in one line why the command fails; returns the exit code. */
  static int fail(int exitCode, PrintWriter err, String why) {
    err.println("sharedcounter-server: " + why.replaceAll("\\s*\\R\\s*", " "));
    err.flush();
    return exitCode;
  }

  /** Tells the version to the command line. Stateless, thread-safe. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sharedcounter " + SharedCounters.version()};
    }
  }
}
