using System.Net;
using SumSocket.Sockets;

namespace SumSocket.Cli.Options;

/// <summary>The option <c>--capture</c>. Nothing of what captures is loaded here.</summary>
internal sealed class CaptureOption
{
    public const string Name = "--capture";

    private readonly Option<string?> _file = new(Name)
    {
        Description = "Captures the packets of this run's connections: FILE.pcapng with comments for Wireshark, FILE.html as a page "
            + "(Linux; needs CAP_NET_RAW and libpcap)",
        HelpName = "FILE",
        CustomParser = result =>
        {
            string file = result.Tokens[^1].Value;
            if (!IsPage(file) && !file.EndsWith(".pcapng", StringComparison.OrdinalIgnoreCase))
                result.AddError($"{Name}: '{Printable.Text(file)}' is no kind of file that it writes: give FILE.pcapng or FILE.html");
            return file;
        },
    };

    public Option Option => _file;

    /// <summary>The file; null for no capture.</summary>
    public string? Bind(ParseResult parsed) => parsed.GetValue(_file);

    /// <summary>Whether a page is wanted rather than the packets themselves.</summary>
    public static bool IsPage(string file) => file.EndsWith(".html", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Makes sure that a run can be captured, before anything is sent.</summary>
/// <param name="file">Where to.</param>
/// <param name="servers">Where its connections go; a port may be 0 still.</param>
/// <exception cref="CommandFailedException">Something is missing.</exception>
internal delegate ICapture CapturePreparation(string file, IReadOnlyList<IPEndPoint> servers);

/// <summary>A capture that a command has prepared.</summary>
internal interface ICapture : IDisposable
{
    /// <summary>What the sockets of the run report to.</summary>
    ISocketObserver Observer { get; }

    /// <summary>Captures from now on.</summary>
    /// <param name="servers">Where the run's connections go, now that each port is known; null for those it was prepared for.</param>
    /// <param name="failed">Gets a line, at once and from another thread, when the capture cannot go on. The run does.</param>
    void Begin(IReadOnlyList<IPEndPoint>? servers, Action<string> failed);

    /// <summary>Writes what there is, once the connections have ended.</summary>
    /// <returns>What was captured, in a line, also where it failed; null when it never began.</returns>
    string? End();
}
