using SumSocket.Capture.Live;
using SumSocket.Capture.Page;
using SumSocket.Cli.Options;

namespace SumSocket.Capture;

/// <summary>A capture to one file, for one run.</summary>
internal sealed class CaptureFile : ICapture
{
    private readonly string _file;
    private readonly string _title;
    private readonly bool _isTcp;
    private readonly FileStream _output;
    private readonly PacketSource _source;
    private readonly ProgramEvents _program;
    private Recording? _recording;

    private CaptureFile(string file, string title, bool isTcp, FileStream output, PacketSource source)
    {
        (_file, _title, _isTcp, _output, _source) = (file, title, isTcp, output, source);
        _program = new ProgramEvents(withData: CaptureOption.IsPage(file));
    }

    /// <inheritdoc/>
    public ISocketObserver Observer => _program;

    /// <summary>Makes sure that the run can be captured, before anything is sent.</summary>
    /// <param name="file">The file; its ending says what kind.</param>
    /// <param name="title">What is run, for people.</param>
    /// <param name="isTcp">Whether over TCP; else UDP.</param>
    /// <param name="servers">Where the connections will go; the port may be 0.</param>
    /// <exception cref="CommandFailedException">The file, the library or the right is missing.</exception>
    /// <param name="areOwn">Whether these servers are of this run, and their clients may be anywhere.</param>
    public static CaptureFile Prepare(string file, string title, bool isTcp, IReadOnlyList<IPEndPoint> servers, bool areOwn = false)
    {
        PacketSource source = PacketSource.Open(new CaptureScope(servers, isTcp, areOwn).IsLocal);
        try
        {
            return new CaptureFile(file, title, isTcp, OutputFile.Open(CaptureOption.Name, file), source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Begin(IReadOnlyList<IPEndPoint> servers, bool areOwn)
    {
        CaptureScope scope = new(servers, _isTcp, areOwn);
        string filter = scope.Filter;
        _source.Filter(filter);
        OutputFile.Empty(_output);
        IPacketSink sink = CaptureOption.IsPage(_file)
            ? new PageSink(_output, _title)
            : new PcapngSink(new PcapngWriter(_output, _source.Link, PacketSource.SnapLength, _source.Name, filter));
        _recording = new Recording(_source, scope, _program, sink);
    }

    /// <inheritdoc/>
    public string? End()
    {
        if (_recording is null)
            return null;
        _recording.End();
        CaptureTotals totals = _recording.Totals ?? throw new IOException("the capture did not end");
        string lost = totals.Dropped == 0 ? "none lost" : FormattableString.Invariant($"{totals.Dropped:#,##0} lost: they came too fast");
        return FormattableString.Invariant($"{totals.Packets:#,##0} packets in {_file}, {lost}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _recording?.Dispose();
        _source.Dispose();
        _output.Dispose();
    }
}
