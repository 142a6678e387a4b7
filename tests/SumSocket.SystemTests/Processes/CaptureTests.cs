using System.Net;
using System.Net.Sockets;
using SumSocket.SystemTests.Harness;
using SumSocket.SystemTests.Reports;

namespace SumSocket.SystemTests.Processes;

/// <summary>Real packets, captured by the programs and read by Wireshark's reader.</summary>
public sealed class CaptureTests : IDisposable
{
    private const string Needed = "needs the right to see packets: run it with sudo, or give it once with sudo setcap cap_net_raw+ep";

    private readonly string _folder = Directory.CreateTempSubdirectory("sumsocket-capture-").FullName;

    public CaptureTests()
    {
        Tools.RequireRoot();
        Tools.Require("tshark");
    }

    [Fact(Timeout = 60_000)]
    public async Task Wireshark_reads_a_clients_packets_with_why_each_was_sent()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using StreamPeer other = await server.ConnectAsync();
        string file = Path.Combine(_folder, "ping.pcapng");

        await using ChildProcess ping = await ChildProcess.RunAsync(
            Programs.TcpClient, "ping", "--port", $"{server.Port}", "-c", "3", "-i", "20ms", "--capture", file);
        await other.AskAsync();

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        ping.Error.Lines.Should().ContainSingle().Which.Should().MatchRegex(
            @"^TcpClient: captured \d+ packets in .*ping\.pcapng, none lost$");
        List<string> comments = await CommentsAsync(file);
        comments[..3].Should().SatisfyRespectively(
            one => one.Should().StartWith("handshake: asks to connect; announces MSS "),
            one => one.Should().StartWith("handshake: accepts; announces MSS "),
            one => one.Should().Be("handshake: complete"));
        comments.Should().Contain(one => one.StartsWith("request 3", StringComparison.Ordinal)).And.Contain("answer 3")
            .And.ContainSingle(one => one.Contains("client program: ends its sending side", StringComparison.Ordinal)
                && one.StartsWith("FIN: ends its sending side", StringComparison.Ordinal));
        (await TsharkAsync(file, "tcp.stream")).Distinct().Should().ContainSingle("the other connection is not of this run");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_tells_probes_closed_windows_half_closes_and_resets_apart()
    {
        string file = Path.Combine(_folder, "server.pcapng");
        await using ServerProcess server = await ServerProcess.StartAsync("--capture", file, "--keep-alive", "1s/1s/9");
        using Socket silent = Connect(server.Port), greedy = Connect(server.Port, receiveBuffer: 2048);
        await using StreamPeer half = await server.ConnectAsync();
        await half.AskAsync();
        half.EndSending();
        (await half.ReadToEndAsync()).Should().BeEmpty();
        SendAll(greedy); // and reads nothing
        using (Socket careless = Connect(server.Port))
        {
            careless.Send("{\"A\":7,\"B\":4}\n"u8);
            careless.Poll(5_000_000, SelectMode.SelectRead).Should().BeTrue("the answer is there, and stays unread");
        }

        await server.Log.MatchAsync("peer_reset");
        await Eventually.PassesAsync(TimeSpan.FromSeconds(1.4)); // the kernel's own time, for its probes
        greedy.Dispose(); // else the server's stop waits for it
        await server.StopAsync();

        server.Log.Text.Should().MatchRegex(@"Captured [\d,]+ packets in .*server\.pcapng, none lost");
        string comments = string.Join('\n', await CommentsAsync(file));
        comments.Should().MatchRegex("keep-alive probe: one byte before the next, after 1[.\\d]* s of silence")
            .And.Contain("answers the probe: this end is alive")
            .And.Contain("zero window: its receive buffer is full, and the sender must wait")
            .And.Contain("zero-window probe: is there room again?")
            .And.Contain("FIN: ends its sending side, and may still receive")
            .And.Contain("server program: decides to end the connection: peer_closed")
            .And.Contain("RST because unread data was thrown away");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_retransmission_says_how_long_it_waited()
    {
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await using ServerProcess server = await network.StartServerAsync();
        string file = Path.Combine(_folder, "lost.pcapng");
        await using ChildProcess ping = network.StartClient(
            Programs.TcpClient, "ping", "--ip", NetworkPair.ServerAddress, "--port", $"{server.Port}", "-i", "50ms", "--capture", file);
        await ping.Output.MatchAsync("seq=3 ");

        await network.DropAsync();
        await Eventually.PassesAsync(TimeSpan.FromMilliseconds(600)); // the kernel's own time
        await network.HealAsync();
        await ping.Output.MatchAsync(@"7 \+ 4 = 11 ", from: ping.Output.Lines.Count);
        ping.Send(Signal.Interrupt);
        await ping.ExitAsync();

        (await CommentsAsync(file)).Should().Contain(one => System.Text.RegularExpressions.Regex.IsMatch(
            one, @"^retransmission after [\d.]+ m?s: no acknowledgement came"));
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Over_UDP_the_pages_of_both_ends_show_what_their_programs_did()
    {
        string asked = Path.Combine(_folder, "server.html"), asks = Path.Combine(_folder, "client.html");
        await using ServerProcess server = await ServerProcess.StartUdpAsync("--ip", "*", "--capture", asked);
        await using ChildProcess sum = await ChildProcess.RunAsync(
            Programs.UdpClient, "sum", "7", "4", "--port", $"{server.Port}", "--capture", asks);
        (await sum.ExitAsync()).Should().Be(0, sum.Error.Text);
        await server.StopAsync();

        (await File.ReadAllTextAsync(asks)).Should().MatchRegex("(?s)wrote request 1<.*UDP length.*received answer 1<.*closes<");
        (await File.ReadAllTextAsync(asked)).Should().MatchRegex("(?s)UDP length.*received request 1<.*wrote answer 1<");
    }

    [Theory(Timeout = 120_000)]
    [InlineData(1280, false)]
    [InlineData(390, true)]
    public async Task A_page_can_be_read_in_light_and_dark_and_on_a_phone(int width, bool isDark)
    {
        string file = Path.Combine(_folder, "path.html");
        await using ChildProcess path = await ChildProcess.RunAsync(Programs.TcpClient, "path", "--loopback", "--capture", file);
        (await path.ExitAsync()).Should().Be(0, path.Error.Text);
        await using Chromium browser = await Chromium.StartAsync();

        await browser.OpenAsync(file, width, isDark);

        (await browser.EvaluateAsync("document.querySelectorAll('script').length")).GetInt32().Should().Be(0);
        (await browser.EvaluateAsync("document.querySelectorAll('section').length")).GetInt32().Should().BeGreaterThan(3);
        (await browser.EvaluateAsync("document.body.textContent")).GetString().Should().Contain("wrote request 1")
            .And.Contain("the program asked for a reset");
        (await browser.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32().Should().BeLessThanOrEqualTo(width);
        (await browser.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true), 0")).GetInt32().Should().Be(0);
        (await browser.EvaluateAsync(ReportTests.Contrast)).GetDouble().Should().BeGreaterThan(4.5, "WCAG asks as much of text");
        browser.Complaints.Should().BeEmpty();
        browser.Requests.Should().ContainSingle("the page is one file");
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_the_right_or_the_library_one_line_says_what_to_do_and_nothing_is_sent()
    {
        Tools.Require("setpriv");
        Tools.Require("unshare");
        await using ServerProcess server = await ServerProcess.StartAsync();
        string file = Path.Combine(_folder, "none.pcapng"), sum = $"'{Programs.TcpClient}' sum 7 4 -p {server.Port} --capture '{file}'";

        await using ChildProcess unable = ChildProcess.Shell($"exec setpriv --bounding-set=-net_raw --inh-caps=-net_raw {sum}");
        await using ChildProcess bare = ChildProcess.Shell(
            "exec unshare -m bash -c \"ldconfig -p | sed -n 's/.*=> \\(.*libpcap\\)/\\1/p' | while read l; do "
            + $"mount --bind /dev/null \\$l; done; exec {sum}\"");

        (await unable.ExitAsync()).Should().Be(2);
        unable.Error.Lines.Should().ContainSingle().Which.Should().StartWith($"TcpClient: --capture {Needed}");
        (await bare.ExitAsync()).Should().Be(2);
        bare.Error.Lines.Should().ContainSingle().Which.Should().Be("TcpClient: --capture needs libpcap: apt install libpcap0.8");
        File.Exists(file).Should().BeFalse();
        server.Log.Text.Should().NotContain("opened");
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_capture_nothing_of_it_is_loaded()
    {
        await using ServerProcess plain = await ServerProcess.StartAsync();
        await using ServerProcess captures = await ServerProcess.StartAsync("--capture", Path.Combine(_folder, "x.html"));
        await using ChildProcess ping = ChildProcess.Start(Programs.TcpClient, ["--port", $"{plain.Port}", "-i", "10ms"]);
        await ping.Output.MatchAsync("seq=2 ");

        foreach (int process in (int[])[plain.Process.Id, ping.Id])
            Loaded(process).Should().BeEmpty();
        Loaded(captures.Process.Id).Should()
            .Contain(file => file.StartsWith("libpcap", StringComparison.Ordinal), "else this test sees nothing");
        await captures.StopAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Socket Connect(int port, int? receiveBuffer = null)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>Requests until there is no room for more.</summary>
    private static void SendAll(Socket socket)
    {
        byte[] requests = [.. Enumerable.Repeat("{\"A\":7,\"B\":4}\n"u8.ToArray(), 4096).SelectMany(one => one)];
        socket.SendTimeout = 200;
        try
        {
            for (int i = 0; i < 1000; i++)
                socket.Send(requests);
        }
        catch (SocketException full) when (full.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            // The server does not read on while its answers are not taken.
        }
    }

    /// <summary>What is said about each packet.</summary>
    private static async Task<List<string>> CommentsAsync(string file) => await TsharkAsync(file, "frame.comment");

    private static async Task<List<string>> TsharkAsync(string file, string field)
    {
        await using ChildProcess tshark = await ChildProcess.RunAsync("tshark", "-r", file, "-T", "fields", "-e", field);
        (await tshark.ExitAsync()).Should().Be(0, tshark.Error.Text);
        return [.. tshark.Output.Lines];
    }

    private static IEnumerable<string> Loaded(int process) => File.ReadLines($"/proc/{process}/maps")
        .Select(line => Path.GetFileName(line[(line.LastIndexOf(' ') + 1)..])).Distinct()
        .Where(file => file.StartsWith("libpcap", StringComparison.Ordinal) || file.Contains("Pcap", StringComparison.Ordinal)
            || file.Contains("SumSocket.Capture", StringComparison.Ordinal));
}
