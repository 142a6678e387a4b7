using System.CommandLine;
using System.Globalization;
using FluentAssertions;
using SumSocket.Apps;
using SumSocket.Cli.Options;
using SumSocket.Commands;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace SumSocket.Tests.Apps;

/// <summary>Holds deploy/kubernetes to the programs: options exist and are right, and times that belong together agree.</summary>
public class KubernetesTests
{
    private static readonly YamlNode _pod =
        Read("server.yaml").Single(one => Text(one, "kind") == "Deployment")["spec"]["template"]["spec"];
    private static readonly YamlNode _server = _pod["containers"][0];
    private static readonly YamlNode _job = Read("bench-job.yaml").Single();
    private static readonly YamlNode _withSidecar = Read("sidecar.yaml").Single()["spec"]["template"]["spec"];

    [Fact]
    public void The_grace_period_is_longer_than_preStop_and_drain()
    {
        double preStop = double.Parse(List(_server["lifecycle"]["preStop"]["exec"]["command"])[^1], CultureInfo.InvariantCulture);
        string drain = List(_server["args"]).Single(one => one.StartsWith("--drain-timeout=", StringComparison.Ordinal)).Split('=')[1];
        Duration.TryParse(drain, out Duration timeout).Should().BeTrue();

        Number(_pod, "terminationGracePeriodSeconds").Should().BeGreaterThan(preStop + timeout.Value.TotalSeconds);
    }

    /// <summary>Two checks of a probe, each as long as it may take: until then the Pod is still in the Service.</summary>
    [Fact]
    public void A_probe_waits_longer_than_its_program()
    {
        foreach (string name in (string[])["readinessProbe", "startupProbe"])
        {
            YamlNode probe = _server[name];
            string[] command = List(probe["exec"]["command"]);
            command[..4].Should().Equal("TcpClient", "sum", "7", "4");
            string timeout = command.Single(one => one.StartsWith("--timeout=", StringComparison.Ordinal)).Split('=')[1];
            Duration.TryParse(timeout, out Duration duration).Should().BeTrue();
            Number(probe, "timeoutSeconds").Should().BeGreaterThan(duration.Value.TotalSeconds);
        }

        ((YamlMappingNode)_server["livenessProbe"]).Children.Keys.Select(key => key.ToString()).Should().NotContain("exec");
    }

    [Fact]
    public void The_programs_take_what_they_are_given()
    {
        string[] probe = List(_server["readinessProbe"]["exec"]["command"]);
        string[] bench = [.. List(_job["spec"]["template"]["spec"]["containers"][0]["args"])
            .Select(one => one.Replace("START_AT", "2026-11-29T20:00:00Z", StringComparison.Ordinal))];

        Errors(new TcpServerCommand().Root, List(_server["args"])).Should().BeEmpty();
        Errors(ClientCommand.Create(new TcpClientProgram(), probe[1..]), probe[1..]).Should().BeEmpty();
        Errors(ClientCommand.Create(new TcpClientProgram(), bench), bench).Should().BeEmpty();
        bench.Should().Contain("--output=json").And.Contain(one => one.StartsWith("--start-at=", StringComparison.Ordinal));
        string[] ping = List(_withSidecar["initContainers"][0]["args"]);
        Errors(ClientCommand.Create(new TcpClientProgram(), ping), ping).Should().BeEmpty();
    }

    /// <summary>Without that it is an ordinary init container, and the application would wait for ever for the end of the ping.</summary>
    [Fact]
    public void The_sidecar_is_one() => Text(_withSidecar["initContainers"][0], "restartPolicy").Should().Be("Always");

    [Fact]
    public void All_generators_of_the_job_run_at_once_and_only_once()
    {
        YamlNode spec = _job["spec"];

        Number(spec, "parallelism").Should().Be(Number(spec, "completions")).And.BeGreaterThan(1);
        (Number(spec, "backoffLimit"), Text(spec["template"]["spec"], "restartPolicy")).Should().Be((0, "Never"));
    }

    [Fact]
    public void Nothing_runs_with_more_rights_than_it_needs()
    {
        foreach (YamlNode pod in (YamlNode[])[_pod, _job["spec"]["template"]["spec"], _withSidecar])
        {
            YamlNode container = (pod == _withSidecar ? pod["initContainers"] : pod["containers"])[0]["securityContext"];
            (Text(pod["securityContext"], "runAsNonRoot"), Text(container, "allowPrivilegeEscalation"),
                Text(container, "readOnlyRootFilesystem"), Text(pod["securityContext"]["seccompProfile"], "type")).Should()
                .Be(("true", "false", "true", "RuntimeDefault"));
            List(container["capabilities"]["drop"]).Should().Equal("ALL");
        }
    }

    private static YamlNode[] Read(string file)
    {
        using StreamReader reader = new(Repository.File("deploy", "kubernetes", file));
        YamlStream stream = new();
        stream.Load(reader);
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    private static IEnumerable<string> Errors(RootCommand root, string[] arguments) => UsageError.Find(root.Parse(arguments)) is { } wrong
        ? [wrong]
        : [];

    private static string Text(YamlNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    private static double Number(YamlNode node, string key) => double.Parse(Text(node, key), CultureInfo.InvariantCulture);

    private static string[] List(YamlNode node) => [.. ((YamlSequenceNode)node).Select(one => ((YamlScalarNode)one).Value!)];
}
