using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentAssertions;
using SumSocket.Capture.Decoding;
using SumSocket.Capture.Live;
using SumSocket.Capture.Page;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Capture;

public sealed class StoryTests
{
    [Fact]
    public void Rounds_that_are_alike_are_folded()
    {
        string page = PageOf(wire =>
        {
            wire.Connect();
            for (int i = 0; i < 315; i++)
                wire.Round().Wait(TimeSpan.FromSeconds(1));
            wire.Send(0, TcpFlags.Fin | TcpFlags.Ack).Send(1, TcpFlags.Fin | TcpFlags.Ack).Send(0, TcpFlags.Ack);
        });

        page.Should().Contain("312 more rounds like this: 936 packets, each round 2 ms to 2 ms");
        Steps(page).Where(step => step.StartsWith("request", StringComparison.Ordinal)).Should()
            .Equal("request 1", "request 2", "request 315");
        Steps(page).Should().HaveCount(3 + 3 * 3 + 1 + 3);
    }

    [Fact]
    public void What_is_out_of_the_ordinary_stands_between_folds()
    {
        string page = PageOf(wire =>
        {
            wire.Connect();
            for (int i = 0; i < 50; i++)
                wire.Round();
            wire.Send(0, data: "{\"A\":7,\"B\":4}\n").Wait(TimeSpan.FromMilliseconds(203)).Send(0, data: "{\"A\":7,\"B\":4}\n", back: 14)
                .Send(1, data: "{\"Sum\":11}\n").Send(0, TcpFlags.Ack);
            for (int i = 0; i < 50; i++)
                wire.Round();
        });

        Steps(page).Should().Contain("retransmission after 204 ms: no acknowledgement came");
        Regex.Matches(page, "47 more rounds").Should().HaveCount(2);
    }

    [Fact]
    public void What_the_programs_do_stands_between_the_packets_that_it_leads_to()
    {
        string page = PageOf(wire => wire
            .Connect().Does(0, SocketAction.Wrote, 14, 1).Send(0, data: "{\"A\":7,\"B\":4}\n").Does(1, SocketAction.Received, 14, 1)
            .Does(1, SocketAction.Decided, text: "idle_timeout").Send(1, TcpFlags.Fin | TcpFlags.Ack));

        Steps(page).Should().ContainInConsecutiveOrder(
            "wrote request 1", "request 1", "received request 1",
            "decides to end the connection: the read deadline passed (idle_timeout)", "FIN: ends its sending side, and may still receive");
    }

    [Fact]
    public void A_page_is_well_formed_and_says_what_was_lost()
    {
        using MemoryStream output = new();
        using PageSink sink = new(output, "<b>TcpClient</b>");
        Wire wire = new(sink: sink);
        wire.Connect();

        sink.End(new CaptureTotals(wire.Now, 3, 0, Dropped: 7));

        string page = Encoding.UTF8.GetString(output.ToArray());
        XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]).Root!.Name.LocalName.Should().Be("html");
        page.Should().Contain("7 packets came too fast and are missing here.").And.NotContain("<b>TcpClient");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20_000)]
    public void A_million_packets_make_a_page_of_less_than_a_megabyte(int connections)
    {
        const int Packets = 1_000_000;
        using MemoryStream output = new();
        using PageSink sink = new(output, "TcpServer");
        FloodOfPackets flood = new(connections);
        CaptureScope scope = new([Wire.Server], IsTcp: true, AllConnections: true);
        Recorder recorder = new(scope, new ProgramEvents(withData: true), Wire.Link, sink);
        long start = Stopwatch.GetTimestamp();

        for (int i = 0; i < Packets; i++)
            recorder.Take(flood.Now, flood.Next(), flood.Length);
        sink.End(new CaptureTotals(0, recorder.Packets, 0, 0));

        TimeSpan took = Stopwatch.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{took.TotalSeconds:0.00} s, {output.Length:#,##0} bytes, {GC.GetTotalMemory(true) / 1e6:0.0} MB in the heap");
        recorder.Packets.Should().Be(Packets);
        output.Length.Should().BeLessThan(1_000_000);
    }

    private static string PageOf(Action<Wire> act)
    {
        using MemoryStream output = new();
        using PageSink sink = new(output, "TcpClient");
        Wire wire = new(sink: sink);
        long begin = wire.Now;
        act(wire);
        wire.Recorder.TakeEvents(long.MaxValue);
        sink.End(new CaptureTotals(begin, wire.Recorder.Packets, 0, 0));
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>The text of each step: why a packet was sent, or what a program did.</summary>
    private static List<string> Steps(string page) =>
        [.. XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]).Descendants("li").Select(step =>
            step.Descendants("p").FirstOrDefault()?.Value
            ?? string.Concat(step.Element("div")!.Nodes().OfType<XText>().Select(text => text.Value)))];
}
