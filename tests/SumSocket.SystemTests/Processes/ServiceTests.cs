using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Processes;

/// <summary>The servers under a service manager, whose part is played by a real notification socket, and systemd's own tools.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sumsocket-service-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task Reports_that_it_is_ready_alive_reloading_and_stopping()
    {
        using CertificateFolder files = new();
        using Socket manager = Listen(out string path);
        string[] certificate = files.Add("s", TestCertificates.Server);
        ChildProcess process = ChildProcess.Start(
            "env", [$"NOTIFY_SOCKET={path}", "WATCHDOG_USEC=500000", Programs.TcpServer, "--port", "0", .. certificate]);
        await using ServerProcess server = await ServerProcess.StartedAsync(process);

        (await NextAsync(manager)).Should().Be("READY=1\nSTATUS=0 connections\n");
        string alive = await NextAsync(manager);
        alive.Should().StartWith("WATCHDOG=1\n");

        process.Send(Signal.HangUp);
        string[] reload = [await NextAsync(manager, "RELOADING=1"), await NextAsync(manager, "READY=1")];
        reload[0].Should().MatchRegex("^RELOADING=1\nMONOTONIC_USEC=[0-9]{6,}\n$");
        long microseconds = long.Parse(reload[0].Split('=', '\n')[3], System.Globalization.CultureInfo.InvariantCulture);
        double uptime = double.Parse(
            (await File.ReadAllTextAsync("/proc/uptime")).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        (microseconds / 1e6).Should().BeApproximately(uptime, 60, "it is the monotonic clock, which counts from the start of the machine");

        await server.StopAsync();
        await NextAsync(manager, "STOPPING=1");
    }

    [Fact(Timeout = 30_000)]
    public async Task Serves_on_the_socket_that_a_manager_has_bound()
    {
        Tools.Require("systemd-socket-activate");
        int port = FreePort();
        ChildProcess manager = ChildProcess.Start("systemd-socket-activate", ["-l", $"127.0.0.1:{port}", Programs.TcpServer]);
        await manager.Error.MatchAsync("^Listening on ");
        await using StreamPeer peer = await StreamPeer.ConnectAsync(port); // which starts the server
        await peer.AskAsync();

        await using ServerProcess server = await ServerProcess.StartedAsync(manager);
        server.Port.Should().Be(port);
        await server.StopAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task Receives_on_the_socket_that_a_manager_has_bound()
    {
        Tools.Require("systemd-socket-activate");
        int port = FreePort();
        ChildProcess manager = ChildProcess.Start("systemd-socket-activate", ["-d", "-l", $"127.0.0.1:{port}", Programs.UdpServer]);
        await manager.Error.MatchAsync("^Listening on ");
        using UdpClient client = new("127.0.0.1", port);
        await client.SendAsync(Encoding.ASCII.GetBytes("{\"A\":7,\"B\":4}")); // which starts the server and waits for it

        UdpReceiveResult answer = await client.ReceiveAsync(TestContext.Current.CancellationToken);
        Encoding.ASCII.GetString(answer.Buffer).Should().Be("{\"Sum\":11}\n");
        await using ServerProcess server = await ServerProcess.StartedAsync(manager);
        await server.StopAsync();
    }

    [Theory(Timeout = 30_000)]
    [InlineData("LISTEN_FDS=1", "3< /dev/null", "", 5, "descriptor 3 is no listening TCP socket")]
    [InlineData("LISTEN_FDS=1", "3<&-", "", 5, "descriptor 3 is no listening TCP socket")]
    [InlineData("LISTEN_FDS=x", "", "", 5, "LISTEN_FDS is 'x'")]
    public async Task Refuses_what_it_cannot_serve_on(string variable, string redirection, string option, int code, string why)
    {
        await using ChildProcess process = ChildProcess.Start(
            "bash", ["-c", $"export LISTEN_PID=$$ {variable}; exec {Programs.TcpServer} {option} {redirection}"]);

        (await process.ExitAsync()).Should().Be(code);
        process.Error.Text.Trim().Should().Be($"TcpServer: cannot use the sockets that it was started with: {why}");
    }

    [Fact(Timeout = 30_000)]
    public async Task Sockets_that_are_meant_for_another_process_are_none_of_its_business()
    {
        ChildProcess process = ChildProcess.Start("env", ["LISTEN_PID=1", "LISTEN_FDS=1", Programs.TcpServer, "--port", "0"]);
        await using ServerProcess server = await ServerProcess.StartedAsync(process);
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_units_are_valid()
    {
        Tools.Require("systemd-analyze");
        string units = Path.Combine(ThisFolder(), "../../../deploy/systemd");
        foreach (string unit in Directory.GetFiles(units))
        {
            // The check looks for the program, which a package would install.
            string text = Regex.Replace(await File.ReadAllTextAsync(unit), "/usr/bin/(Tcp|Udp)Server", "/bin/true");
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, Path.GetFileName(unit)), text);
        }

        await using ChildProcess check =
            ChildProcess.Start("systemd-analyze", ["verify", "--man=no", .. Directory.GetFiles(_folder.FullName, "*.service")]);

        (await check.ExitAsync()).Should().Be(0, check.Error.Text);
        check.Error.Text.Trim().Should().BeEmpty();
    }

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private Socket Listen(out string path)
    {
        path = Path.Combine(_folder.FullName, "notify");
        Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static async Task<string> NextAsync(Socket manager, string beginning = "")
    {
        byte[] buffer = new byte[4096];
        while (true)
        {
            int length = await manager.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            string message = Encoding.UTF8.GetString(buffer, 0, length);
            if (message.StartsWith(beginning, StringComparison.Ordinal))
                return message;
        }
    }
}
