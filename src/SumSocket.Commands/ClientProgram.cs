using System.CommandLine.Parsing;
using System.Net;
using Microsoft.Extensions.Logging;
using SumSocket.Sockets;

namespace SumSocket.Commands;

/// <summary>What differs between the client programs: how they reach a server, and the options and commands of only one of them.</summary>
internal abstract class ClientProgram
{
    /// <summary>The program's name, which begins each error line.</summary>
    public abstract string ProgramName { get; }

    /// <summary>The transport as addresses name it: <c>tcp</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the program does without a command, in a sentence or two.</summary>
    public abstract string Description { get; }

    /// <summary>Whether connections are made, lost and counted. Without them a ping does not wait for a lost datagram.</summary>
    public abstract bool HasConnections { get; }

    /// <summary>How many workers ping by default; 1 when only one makes sense, and then there is no option for it.</summary>
    public abstract int Workers { get; }

    /// <summary>The library's default for how long a request waits for its response.</summary>
    public abstract TimeSpan RequestTimeout { get; }

    /// <summary>The default time-out of a bench: a lost datagram occupies its slot this long; null: same as <c>--timeout</c>.</summary>
    public virtual TimeSpan? BenchTimeout => null;

    /// <summary>How many pairs <c>sum -</c> reads ahead of the oldest that has no answer.</summary>
    public abstract int ReadAhead { get; }

    /// <summary>The options that only this program has, those that apply to a command.</summary>
    public abstract IReadOnlyList<Option> OptionsOf(Command command);

    /// <summary>The commands that only this program has. Those that use a server add <paramref name="connect"/> and run by it.</summary>
    public virtual IReadOnlyList<CommandMaker> Commands(ConnectOptions connect) => [];

    /// <summary>The commands that only TcpClient has, where this is another program.</summary>
    public virtual IReadOnlyList<string> CommandsOfTcpClient => [];

    /// <summary>Whether a command sends requests by clients made here, whose metrics it has.</summary>
    public static bool MeasuresRequests(Command command) => command is RootCommand || command.Name is "ping" or "sum" or "bench";

    /// <summary>Refuses what does not go together among <see cref="OptionsOf"/>.</summary>
    /// <param name="result">A command that has them.</param>
    /// <param name="ownServer">Whether it uses a private server.</param>
    public virtual void Validate(CommandResult result, bool ownServer)
    {
    }

    /// <summary>Starts a private server on a free port of 127.0.0.1, for <c>--loopback</c>.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="loggers">Where its log goes.</param>
    /// <param name="observer">What sees its sockets; null for nothing.</param>
    public abstract LoopbackServer StartServer(ParseResult parsed, ILoggerFactory loggers, ISocketObserver? observer);

    /// <summary>The same for a warm-up; null where it could not serve a client with these options.</summary>
    public virtual LoopbackServer? StartWarmUpServer(ParseResult parsed, ILoggerFactory loggers) =>
        StartServer(parsed, loggers, observer: null);

    /// <summary>A client that neither waits for a server nor sends anything again, so that failures are seen.</summary>
    public abstract ISumClient CreateProbe(ClientSettings settings);

    /// <summary>A client that does what it can to get every sum.</summary>
    public abstract ISumClient CreateRetryingClient(ClientSettings settings);

    /// <summary>Whether a client can match a response to one of several requests with the same sum.</summary>
    public abstract bool HasRequestIds(ParseResult parsed);

    /// <summary>The metrics that only this program has, of clients made here.</summary>
    public virtual IReadOnlyList<TransportMetric> Metrics => [];

    /// <summary>What happened on the path of a client made here, for a ping.</summary>
    public abstract IReadOnlyList<TransportCounter> Counts(ISumClient client);

    /// <summary>The state of the path of a client made here, for a bench; names with their units.</summary>
    public abstract IReadOnlyList<TransportCounter> Describe(ISumClient client);
}

/// <summary>What the options common to all programs mean to a client, and, parsed, where a program finds the values of its own.</summary>
internal sealed record ClientSettings(string Host, int Port, TimeSpan RequestTimeout, ParseResult Parsed, ILoggerFactory Loggers)
{
    /// <summary>How many requests a connection carries, where a bench limits that and there are connections; null for no limit.</summary>
    public int? RequestsPerConnection { get; init; }

    /// <summary>What sees the sockets of clients; null for nothing.</summary>
    public ISocketObserver? Observer { get; init; }

    /// <summary>Whether the server is that of a warm-up.</summary>
    public bool IsWarmUp { get; init; }
}

/// <summary>A private server inside the process, which ends when it is disposed.</summary>
internal sealed record LoopbackServer(IPEndPoint EndPoint, IAsyncDisposable Server);

/// <summary>A counter or a state of the path: a lower-case name such as <c>late</c> or <c>rtt_us</c>, and its value.</summary>
internal sealed record TransportCounter(string Name, long Value);

/// <summary>A metric of the path: what clients count, by kind where there are several, or else a state as its mean over all clients.
/// </summary>
internal sealed record TransportMetric(string Name, string Unit, string Description)
{
    /// <summary>Reads what a client has counted; null for a state.</summary>
    public Func<ISumClient, IEnumerable<(string? Kind, long Count)>>? Count { get; init; }

    /// <summary>Reads the state of a client's connection; null when it has none.</summary>
    public Func<ISumClient, double?> State { get; init; } = _ => null;
}
