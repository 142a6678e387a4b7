using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>The servers confined as the units of deploy/systemd and the Pod of deploy/kubernetes confine them, without systemd or a
/// cluster.</summary>
public sealed class SandboxTests
{
    /// <summary>A user without rights or capabilities, and nothing that can be written: no file system, no /tmp.</summary>
    private const string Confined =
        "mount --make-rprivate / && mount -o remount,bind,ro / || exit 99; mount -o remount,bind,ro /tmp 2> /dev/null; cd /; "
        + "confine='setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all --no-new-privs'; "
        + "$confine sh -c ': > /tmp/sumsocket-probe' 2> /dev/null && exit 99; ";

    [Theory(Timeout = 30_000)]
    [InlineData("TcpServer", "TcpClient")]
    [InlineData("UdpServer", "UdpClient")]
    public async Task Serves_and_is_probed_as_a_user_without_rights_on_a_file_system_that_cannot_be_written(string server, string client)
    {
        Tools.RequireRoot();
        Tools.Require("setpriv");
        await using ServerProcess confined = await ServerProcess.StartedAsync(Confine($"exec $confine {server} --port 0"));
        string status = await File.ReadAllTextAsync($"/proc/{confined.Process.Id}/status");
        status.Should().MatchRegex(@"Uid:\s65534\s65534").And.MatchRegex(@"CapBnd:\s0+\n").And.MatchRegex(@"NoNewPrivs:\s1\n");

        await using ChildProcess probe = Confine($"exec $confine {client} sum 7 4 --port {confined.Port} --timeout 5s");

        (await probe.ExitAsync()).Should().Be(0, probe.Error.Text);
        probe.Output.Text.Trim().Should().Be("11");
        await confined.StopAsync();
        confined.Log.Text.Should().NotContain("warn:");
    }

    /// <summary>What a unit does not allow ends the process with SIGSYS, so all that a server calls must be allowed.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("TcpServer", "sumsocket-tcp.service")]
    [InlineData("UdpServer", "sumsocket-udp.service")]
    public async Task Makes_no_system_call_that_its_unit_forbids(string server, string unit)
    {
        Tools.Require("strace");
        Tools.Require("systemd-analyze");
        string settings = await File.ReadAllTextAsync(Path.Combine(Programs.Root, "deploy/systemd", unit));
        HashSet<string> allowed = await AllowedAsync(settings);
        string[] families = Regex.Match(settings, "RestrictAddressFamilies=(.*)").Groups[1].Value.Split(' ');
        string file = Path.GetTempFileName();
        try
        {
            // -D: the process that is started is the server, and not its tracer.
            await using ServerProcess traced = await ServerProcess.StartedAsync(ChildProcess.Start(
                "env", [$"PATH={Programs.SearchPath}", "strace", "-D", "-f", "-qq", "-o", file, server, "--port", "0"]));
            if (server == "TcpServer")
            {
                await using StreamPeer peer = await traced.ConnectAsync();
                await peer.AskAsync();
            }
            else
            {
                using DatagramPeer peer = DatagramPeer.Connect(traced.Port);
                await peer.AskAsync(1);
            }

            await traced.StopAsync();
            await Eventually.IsTrueAsync(
                () => File.ReadAllText(file).Contains("exit_group(0", StringComparison.Ordinal), "the trace is written", Patience.Limit);
            string trace = await File.ReadAllTextAsync(file);
            HashSet<string> called =
                [.. Regex.Matches(trace, @"^\d+ +(\w+)\(", RegexOptions.Multiline).Select(call => call.Groups[1].Value)];
            called.Should().Contain("futex", "it is traced").And.BeSubsetOf(allowed);
            Regex.Matches(trace, @"socket\((AF_\w+)").Select(call => call.Groups[1].Value).Distinct().Should().BeSubsetOf(families);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static ChildProcess Confine(string command) => ChildProcess.Start(
        "env", [$"PATH={Programs.SearchPath}", "unshare", "--mount", "bash", "-c", Confined + command]);

    /// <summary>What the lines SystemCallFilter= of a unit allow (systemd.exec(5)).</summary>
    private static async Task<HashSet<string>> AllowedAsync(string unit)
    {
        await using ChildProcess list = await ChildProcess.RunAsync("systemd-analyze", "syscall-filter");
        Dictionary<string, List<string>> groups = [];
        List<string> members = [];
        foreach (string line in list.Output.Lines)
        {
            if (line.StartsWith('@'))
                groups[line.Trim()] = members = [];
            else if (line.Trim() is { Length: > 0 } member && member[0] != '#')
                members.Add(member);
        }

        HashSet<string> allowed = [];
        foreach (Match filter in Regex.Matches(unit, "^SystemCallFilter=(~?)(.*)$", RegexOptions.Multiline))
        {
            IEnumerable<string> named = filter.Groups[2].Value.Split(' ').SelectMany(Expand);
            if (filter.Groups[1].Value.Length > 0)
                allowed.ExceptWith(named);
            else
                allowed.UnionWith(named);
        }

        // The kernel's own way back from a signal, and what starts the program before the filter can matter to it.
        allowed.UnionWith(["rt_sigreturn", "execve", "exit", "exit_group"]);
        return allowed;

        IEnumerable<string> Expand(string name) => name.StartsWith('@') ? groups[name].SelectMany(Expand) : [name];
    }
}
