using SumSocket.Capture.Live;
using SumSocket.Capture.Page;
using SumSocket.Cli.Options;

namespace SumSocket.Capture;

/// <summary>A capture to one file, for one run.</summary>
internal sealed class CaptureFile : ICapture
{
    private readonly string _file;
    private readonly string _title;
    private readonly CaptureScope _scope; // as far as it is known ahead
    private readonly OutputFile _output;
    private readonly PacketSource _source;
    private readonly ProgramEvents _program;
    private Recording? _recording;

    private CaptureFile(string file, string title, CaptureScope scope, OutputFile output, PacketSource source)
    {
        (_file, _title, _scope, _output, _source) = (file, title, scope, output, source);
        _program = new ProgramEvents(withData: CaptureOption.IsPage(file));
    }

    /// <inheritdoc/>
    public ISocketObserver Observer => _program;

    /// <summary>Makes sure that the run can be captured, before anything is sent.</summary>
    /// <param name="file">The file; its ending says what kind.</param>
    /// <param name="title">What is run, for people.</param>
    /// <param name="isTcp">Whether over TCP; else UDP.</param>
    /// <param name="servers">Where the connections will go; the port may be 0.</param>
    /// <param name="areOwn">Whether those servers are of this run, and with them all their connections.</param>
    /// <exception cref="CommandFailedException">The file, the library or the right is missing.</exception>
    public static CaptureFile Prepare(string file, string title, bool isTcp, IReadOnlyList<IPEndPoint> servers, bool areOwn)
    {
        CaptureScope scope = new(servers, isTcp, areOwn);
        PacketSource source = PacketSource.Open(scope.IsLocal);
        try
        {
            return new CaptureFile(file, title, scope, OutputFile.Open(CaptureOption.Name, file), source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Begin(IReadOnlyList<IPEndPoint>? servers, Action<string> failed)
    {
        CaptureScope scope = servers is null ? _scope : new(servers, _scope.IsTcp, _scope.AllConnections);
        string filter = scope.Filter;
        _source.Filter(filter);
        OutputFile.Empty(_output);
        IPacketSink sink = CaptureOption.IsPage(_file)
            ? new PageSink(_output, _title)
            : new PcapngSink(new PcapngWriter(_output, _source.Link, PacketSource.SnapLength, _source.Name, filter));
        _recording = new Recording(_source, scope, _program, sink, why => failed($"{CaptureOption.Name} {_file}: {why}"));
    }

    /// <inheritdoc/>
    public string? End()
    {
        if (_recording is null)
            return null;
        if (!_recording.TryEnd())
            return $"into {(_output.IsReplaced ? _output.Beside : _file)}, whose end is missing: it could not be written in time";
        string? failure = _recording.Failure ?? TryComplete();
        if (failure is null)
            return Describe(_file, _recording.Totals!, _program);
        return _output.IsReplaced
            ? $"nothing, {_file} is as it was: {failure}"
            : $"{Packets(_recording.Packets)} in {_file}, until it failed: {failure}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _recording?.Dispose();
        if (_recording is { HasEnded: false })
            return; // it still uses them
        _source.Dispose();
        _output.Dispose();
    }

    private static string Packets(long count) => Invariant($"{count:#,##0} {(count == 1 ? "packet" : "packets")}");

    /// <summary>What was captured, in a line, and what is missing of it.</summary>
    public static string Describe(string file, CaptureTotals totals, ProgramEvents program)
    {
        string text = $"{Packets(totals.Packets)} in {file}, "
            + (totals.Dropped == 0 ? "none lost" : Invariant($"{totals.Dropped:#,##0} lost: they came too fast"));
        if (totals.IsCut)
            text += "; the last ones were not read in time";
        if (totals.Forgotten > 0)
        {
            string were = totals.Forgotten == 1 ? "conversation was" : "conversations were";
            text += Invariant($"; {totals.Forgotten:#,##0} {were} forgotten on the way: there were too many at once");
        }

        if (program.Dropped > 0)
            text += Invariant($"; events of the program that are missing: {program.Dropped:#,##0}, they came too fast");
        return totals.Packets == 0 && program.HasConnected
            ? text + "; the program was connected all the same: they passed where this does not look" : text;
    }

    /// <summary>Puts it in the place of an older one.</summary>
    /// <returns>Why it cannot; null when it has.</returns>
    private string? TryComplete()
    {
        try
        {
            OutputFile.Complete(_output);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return OutputFile.Explain(failure);
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
