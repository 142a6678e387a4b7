using System.CommandLine;
using Microsoft.Extensions.Logging;
using SumSocket.Client;

namespace SumSocket.Commands;

/// <summary>What tells one client program from another: how it reaches a server, and what there is to tell of the way.</summary>
public abstract class Transport
{
    /// <summary>The program's name, which begins each line about a failure.</summary>
    public abstract string ProgramName { get; }

    /// <summary>The transport as addresses name it: <c>tcp</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the program does without a command, in a sentence or two.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// Whether there are connections, which are made, lost and counted. Without them single datagrams are lost, and a ping goes on asking meanwhile.
    /// </summary>
    public abstract bool HasConnections { get; }

    /// <summary>How many workers ping by default; 1 when only one makes sense, and then there is no option for it.</summary>
    public abstract int Workers { get; }

    /// <summary>How long a bench waits for an answer by default, which is how long one that is lost keeps its place; null for as long as all else.</summary>
    public virtual TimeSpan? BenchTimeout => null;

    /// <summary>How many pairs <c>sum -</c> reads ahead of the oldest that has no answer.</summary>
    public abstract int ReadAhead { get; }

    /// <summary>The options that only this transport has.</summary>
    public abstract IReadOnlyList<Option> Options { get; }

    /// <summary>Starts a private server on a free port of 127.0.0.1, for <c>--loopback</c>.</summary>
    public abstract LoopbackServer StartServer(ILoggerFactory loggers);

    /// <summary>A client that neither waits for a server nor sends anything again: a probe wants to see what goes wrong.</summary>
    public abstract ISumClient CreateProbe(ClientSettings settings);

    /// <summary>A client that does what it can to get every sum.</summary>
    public abstract ISumClient CreateRetryingClient(ClientSettings settings);

    /// <summary>Whether a client knows to which of several questions with the same sum an answer is.</summary>
    public abstract bool HasRequestIds(ParseResult parsed);

    /// <summary>What a client that was made here has seen of the way.</summary>
    public abstract IReadOnlyList<TransportCounter> Counts(ISumClient client);

    /// <summary>What a client made here knows of its way at this moment, for a bench; names with their units.</summary>
    public abstract IReadOnlyList<TransportCounter> Describe(ISumClient client);
}
