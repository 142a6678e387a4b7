using FluentAssertions;
using SumSocket.Capture;
using SumSocket.Capture.Decoding;
using SumSocket.Capture.Live;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Capture;

/// <summary>How a capture ends, from packets that a test makes by hand instead of a network.</summary>
public sealed class RecordingTests : IDisposable
{
    private readonly ProgramEvents _program = new(withData: true);
    private readonly PcapngSink _sink = new(new PcapngWriter(Stream.Null, Wire.Link, 65_599, "lo", ""));
    private readonly TaskCompletionSource<string> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void It_ends_although_packets_keep_coming()
    {
        using Recording recording = Record(new PacketsByHand(_ => true));

        recording.TryEnd().Should().BeTrue();

        recording.HasEnded.Should().BeTrue();
        recording.Totals!.Packets.Should().BePositive();
        recording.Totals.IsCut.Should().BeFalse("all that came before its end was taken");
    }

    [Fact]
    public async Task A_failure_is_said_at_once_and_what_came_before_it_counts()
    {
        using Recording recording = Record(new PacketsByHand(number => number < 3 ? true : throw new IOException("it is\ngone")));

        string why = await _failed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        why.Should().NotContain("\n").And.Contain("gone");
        recording.TryEnd().Should().BeTrue();
        recording.Totals.Should().BeNull();
        recording.Failure.Should().Contain("gone");
        recording.Packets.Should().Be(3);
    }

    [Fact]
    public async Task It_gives_way_to_the_program_unless_it_falls_far_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has such a policy");
        const int Idle = 5, Far = 2000;
        Assert.SkipUnless(CanBeLikeOthersAgain(), "needs CAP_SYS_NICE");
        TaskCompletionSource<int> first = new(), behind = new();
        using Recording recording = Record(new PacketsByHand(number =>
        {
            if (number == 1)
                first.TrySetResult(Policy());
            if (number == Far)
                behind.TrySetResult(Policy());
            return number < Far;
        })
        {
            Age = 1_000_000_000,
        });

        (await first.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Should().Be(Idle);
        (await behind.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Should().Be(0);
    }

    [Fact]
    public void The_last_line_says_what_is_missing()
    {
        CaptureFile.Describe("x.html", new CaptureTotals(0, 1234, 0, 0), _program).Should().Be("1,234 packets in x.html, none lost");
        new ObservedSocket(_program, Wire.Server, Wire.Client).Add(SocketAction.Connected);

        CaptureFile.Describe("x.html", new CaptureTotals(0, 0, 9, 7) { Forgotten = 2000, IsCut = true }, _program).Should().Be(
            "0 packets in x.html, 7 lost: they came too fast; the last ones were not read in time; "
            + "2,000 conversations were forgotten on the way: there were too many at once; "
            + "the program was connected all the same: they passed where this does not look");
    }

    /// <inheritdoc/>
    public void Dispose() => _sink.Dispose();

    /// <summary>How the calling thread is scheduled (proc_pid_stat(5), field 41).</summary>
    private static int Policy() => int.Parse(
        File.ReadAllText("/proc/thread-self/stat").Split(')')[^1].Split(' ')[39], System.Globalization.CultureInfo.InvariantCulture);

    private static bool CanBeLikeOthersAgain()
    {
        bool can = false;
        Thread thread = new(() => can = LinuxOnly.TryGiveWay());
        thread.Start();
        thread.Join();
        return can;
    }

    private Recording Record(IPacketSource source) => new(
        source, new CaptureScope([Wire.Server], IsTcp: true, AllConnections: true), _program, _sink, _failed.SetResult);

    /// <summary>Packets of now, or of an age, for as long as a test wants them.</summary>
    private sealed class PacketsByHand(Func<int, bool> isThere) : IPacketSource
    {
        private int _number;

        /// <summary>Nanoseconds.</summary>
        public long Age { get; init; }

        public int Link => Wire.Link;

        public bool TryTake(PacketTaker take)
        {
            if (!isThere(_number))
                return false;
            byte[] packet = Wire.Ip(
                Wire.Client, Wire.Server, 6, Wire.Tcp(Wire.Client, Wire.Server, 1000, 0, TcpFlags.Syn), (ushort)(++_number));
            take(ObservedSocket.Now - Age, packet, packet.Length);
            return true;
        }

        public (long Received, long Dropped) ReadCounts() => (_number, 0);
    }
}
