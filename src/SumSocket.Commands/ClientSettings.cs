using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace SumSocket.Commands;

/// <summary>What the options common to all transports say to a client.</summary>
/// <param name="Host">The server's name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="RequestTimeout">How long a request may take; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
/// <param name="Parsed">Where a transport finds the values of its own options.</param>
/// <param name="Loggers">Where is logged.</param>
public sealed record ClientSettings(string Host, int Port, TimeSpan RequestTimeout, ParseResult Parsed, ILoggerFactory Loggers);
