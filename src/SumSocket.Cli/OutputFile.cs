namespace SumSocket.Cli;

/// <summary>A file that the user wants a result in. Where it holds an older one, the new one is written beside it and takes its place when
/// it is whole, so that a full disk or a failure leaves the older one as it was. A new file, a pipe and a device are written
/// directly.</summary>
internal sealed class OutputFile : Stream
{
    private readonly string _file; // where symbolic links lead
    private readonly FileStream _target;
    private FileStream _output;

    private OutputFile(string file)
    {
        // Without a buffer: a write that failed is not tried again when the file is closed.
        _output = _target = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        _file = Path.GetFullPath(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file);
        // The standard streams and those of a shell (<(...)) have names there, also where they are files.
        IsReplaced = _target is { CanSeek: true, Length: > 0 } && !IsBelow(file, "/dev") && !IsBelow(_file, "/proc");
    }

    /// <summary>Whether there is an older result, which stays until <see cref="Complete"/>.</summary>
    public bool IsReplaced { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => _output.CanSeek;

    public override bool CanWrite => true;

    public override long Length => _output.Length;

    public override long Position
    {
        get => _output.Position;
        set => _output.Position = value;
    }

    /// <summary>Where the new result is until then, and what a run that is killed leaves.</summary>
    public string Beside => Path.Combine(Path.GetDirectoryName(_file)!, $".{Path.GetFileName(_file)}.partial");

    /// <summary>Opens or makes the file that <paramref name="option"/> names; when it cannot be written, that is wrong usage. It keeps its
    /// content until <see cref="Empty"/>: something else may go wrong before there is a result.</summary>
    public static OutputFile Open(string option, string file)
    {
        try
        {
            return new OutputFile(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException) // the last: no name
        {
            throw new CommandFailedException(ExitCode.Usage, $"{option}: cannot write '{Printable.Text(file)}': {Explain(failure, file)}");
        }
    }

    /// <summary>Makes room for the result, where <paramref name="output"/> is a file.</summary>
    public static void Empty(Stream output) => (output as OutputFile)?.Begin();

    /// <summary>The result is whole: it takes its place, where <paramref name="output"/> is a file.</summary>
    public static void Complete(Stream output) => (output as OutputFile)?.Replace();

    /// <summary>Whether two names are of the same file, as far as names show.</summary>
    public static bool IsSame(string? one, string? other) =>
        !string.IsNullOrEmpty(one) && !string.IsNullOrEmpty(other) && Path.GetFullPath(one) == Path.GetFullPath(other);

    /// <summary>Why a file cannot be used, in a few words.</summary>
    /// <param name="failure">What the attempt failed with.</param>
    /// <param name="file">Its name; empty where it is not known.</param>
    public static string Explain(Exception failure, string file = "") => failure switch
    {
        UnauthorizedAccessException when Directory.Exists(file) => "it is a directory",
        UnauthorizedAccessException when file.Length > 0 => "permission denied",
        DirectoryNotFoundException => "there is no such directory",
        PathTooLongException => "the name is too long",
        IOException { HResult: 28 } => "no space left", // ENOSPC
        IOException { HResult: 122 } => "the quota is used up", // EDQUOT
        IOException { HResult: 30 } => "the file system is read-only", // EROFS
        IOException { HResult: 11 } => "another program is writing it", // EWOULDBLOCK of the lock
        _ => failure.Message.ReplaceLineEndings(" "),
    };

    public override void Flush() => _output.Flush();

    public override void Write(byte[] buffer, int offset, int count) => _output.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _output.Write(buffer);

    public override void SetLength(long value) => _output.SetLength(value);

    public override long Seek(long offset, SeekOrigin origin) => _output.Seek(offset, origin);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _output.Dispose();
            _target.Dispose();
            if (_output != _target && IsReplaced)
                File.Delete(Beside);
        }

        base.Dispose(disposing);
    }

    private static bool IsBelow(string file, string folder) =>
        Path.GetFullPath(file).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private void Begin()
    {
        if (IsReplaced && TryOpenBeside() is { } beside)
            _output = beside;
        else if (_target is { CanSeek: true, Length: > 0 })
            _target.SetLength(0);
    }

    /// <summary>Null where the folder takes no further file: then the older result cannot be kept.</summary>
    private FileStream? TryOpenBeside()
    {
        FileStream? beside = null;
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = File.GetUnixFileMode(_file);
            File.Delete(Beside); // of a run that was killed
            beside = new FileStream(Beside, options);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Beside, File.GetUnixFileMode(_file)); // whatever the umask
            return beside;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (beside is not null)
            {
                beside.Dispose();
                File.Delete(Beside);
            }

            IsReplaced = false;
            return null;
        }
    }

    private void Replace()
    {
        if (_output == _target || !IsReplaced)
            return;
        _output.Flush(flushToDisk: true); // some file systems notice only now that there is no room
        _output.Dispose();
        try
        {
            File.Move(Beside, _file, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The folder does not let go of the name, as of a file that is mounted by itself: the new result goes into the old file.
            using FileStream whole = new(Beside, FileMode.Open, FileAccess.Read);
            _target.SetLength(0);
            whole.CopyTo(_target);
            _target.Flush();
            File.Delete(Beside);
        }

        _target.Dispose();
        IsReplaced = false;
    }
}
