using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace SumSocket.SystemTests.Harness;

/// <summary>A collector on a free port of the loopback interface: it takes metrics over OTLP, by HTTP or gRPC, and decodes them.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const int GrpcPrefix = 5; // whether the message is compressed, and its length

    private readonly WebApplication _app;
    private volatile IReadOnlyList<OtlpPoint> _last = [];
    private int _count;

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>Where it is.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>How many exports it has taken.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The header x-key of the last one.</summary>
    public string? Key { get; private set; }

    /// <summary>All points of the last export, which holds all that a program measured by its end.</summary>
    public IReadOnlyList<OtlpPoint> Last => _last;

    public static async Task<OtlpReceiver> StartAsync(bool isGrpc = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        WebApplication app = builder.Build();
        OtlpReceiver receiver = new(app);
        app.MapPost("/v1/metrics", receiver.TakeAsync);
        app.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", receiver.TakeCallAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>The points of one metric in the last export.</summary>
    public IReadOnlyList<OtlpPoint> Of(string name) => [.. Last.Where(point => point.Name == name)];

    /// <summary>The value of one metric with exactly these attributes in the last export.</summary>
    public double Value(string name, params (string Key, string Value)[] attributes) =>
        Of(name).Where(point => point.Has(attributes)).Should().ContainSingle($"{name} {string.Join(", ", attributes)}").Which.Value;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        context.Request.ContentType.Should().Be("application/x-protobuf");
        Take(context, await BodyAsync(context));
        context.Response.ContentType = "application/x-protobuf";
    }

    private async Task TakeCallAsync(HttpContext context)
    {
        byte[] body = await BodyAsync(context);
        body[0].Should().Be(0, "it is not compressed");
        Take(context, body.AsMemory(GrpcPrefix));
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.Body.WriteAsync(new byte[GrpcPrefix]);
    }

    private void Take(HttpContext context, ReadOnlyMemory<byte> message)
    {
        Key = context.Request.Headers["x-key"];
        _last = OtlpMessage.Read(message);
        Interlocked.Increment(ref _count);
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
