using System.CommandLine.Parsing;
using System.Security.Cryptography.X509Certificates;
using SumSocket.Cli.Tls;
using SumSocket.Client.Tcp;
using SumSocket.Server.Tcp;

namespace SumSocket.Apps;

/// <summary>The options of TLS.</summary>
internal sealed class ClientTlsOptions
{
    private readonly Option<bool> _tls = CliOption.Flag(
        "--tls", [], "Speaks TLS 1.3 or 1.2 and verifies the server; with --loopback a certificate is made for the occasion");
    private readonly Option<string?> _authorities = CliOption.File(
        "--tls-ca", [], "Trusts the authorities in this file (PEM) and no others; without it those that the system trusts");
    private readonly Option<string?> _certificate = CliOption.File(
        "--tls-cert", [], "Shows the server the first certificate in this file (PEM), when it asks for one");
    private readonly Option<string?> _key = CliOption.File("--tls-key", [], "The private key of --tls-cert (PEM, without a passphrase)");
    private readonly Option<string?> _serverName = new("--tls-server-name")
    {
        Description = "The name that the server's certificate must have; without it the server's host",
        HelpName = "NAME",
    };
    private readonly Option<bool> _insecure = CliOption.Flag(
        "--insecure", [], "Does not verify the server: anyone on the path may read and change everything");

    private TlsClientOptions? _bound; // the files are read once, and a bench makes many clients
    private TlsClientOptions? _warmUp;

    public IReadOnlyList<Option> All => [_tls, _authorities, _certificate, _key, _serverName, _insecure];

    public void Validate(CommandResult result, bool ownServer)
    {
        Option[] details = [_authorities, _certificate, _key, _serverName, _insecure];
        Option? given = details.FirstOrDefault(option => CliOption.IsGiven(result, option));
        if (given is not null && !result.GetValue(_tls))
            result.AddError($"{given.Name}: needs --tls");
        else if (given is not null && ownServer)
            result.AddError($"{given.Name}: does not go with --loopback, whose server has a certificate of its own: leave it out");
        else if (CliOption.IsGiven(result, _certificate) != CliOption.IsGiven(result, _key))
            result.AddError("--tls-cert, --tls-key: give both or neither");
        else if (result.GetValue(_insecure) && CliOption.IsGiven(result, _authorities))
            result.AddError("--insecure: verifies nothing: leave --tls-ca out");
    }

    /// <summary>What they mean to the library; null without TLS.</summary>
    /// <exception cref="CommandFailedException">A file cannot be read or is not what it should be.</exception>
    public TlsClientOptions? Bind(ClientSettings settings) =>
        !settings.Parsed.GetValue(_tls) ? null
        : settings.IsWarmUp ? _warmUp
        : _bound ??= Read(settings.Parsed, settings.Loggers);

    /// <summary>The TLS of a private server, which its client then trusts alone; null without TLS.</summary>
    public TlsServerOptions? BindOwnServer(ParseResult parsed) => parsed.GetValue(_tls) ? MakeOwn(ref _bound) : null;

    /// <summary>The same of a server for a warm-up.</summary>
    public TlsServerOptions? BindWarmUpServer(ParseResult parsed) => parsed.GetValue(_tls) ? MakeOwn(ref _warmUp) : null;

    private static TlsServerOptions MakeOwn(ref TlsClientOptions? client) // apart: without TLS nothing of it is loaded
    {
        OpenSsl.ThrowIfMissing();
        X509Certificate2 certificate = LoopbackCertificate.Create();
        client = new TlsClientOptions { Authorities = [certificate], ServerName = LoopbackCertificate.Host };
        return new TlsServerOptions { Certificate = certificate };
    }

    private TlsClientOptions Read(ParseResult parsed, ILoggerFactory loggers)
    {
        OpenSsl.ThrowIfMissing();
        bool isInsecure = parsed.GetValue(_insecure);
        if (isInsecure)
            ClientTlsLog.Insecure(loggers.CreateLogger("Client"));
        var options = new TlsClientOptions
        {
            ServerName = parsed.GetValue(_serverName),
            SkipVerification = isInsecure,
            Authorities = parsed.GetValue(_authorities) is { } file ? PemFiles.ReadCertificates("--tls-ca", file) : null,
        };
        if (parsed.GetValue(_certificate) is not { } certificateFile)
            return options;
        (X509Certificate2 certificate, X509Certificate2Collection intermediates) =
            PemFiles.ReadCertificate(certificateFile, parsed.GetValue(_key)!);
        return options with { Certificate = certificate, Intermediates = intermediates };
    }
}

/// <summary>What the program logs of TLS. Event ids 420 to 429.</summary>
internal static partial class ClientTlsLog
{
    [LoggerMessage(420, LogLevel.Warning, "--insecure: the server is not verified: anyone on the path may read and change everything")]
    public static partial void Insecure(ILogger logger);
}
