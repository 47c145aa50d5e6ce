#include <reprtune/report/html.h>
#include <reprtune/report/page.h>

namespace reprtune {
namespace {

// Colours of lines and marks: after Okabe and Ito, "Color Universal Design", 2008, darkened or lightened for
// contrast.
constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--fg:#1c1e21;--dim:#5b6169;--edge:#d9dce0;--accent:#0b64ad;
--note:#fff6e0;--note-edge:#c98a00;--bad:#fdeceb;--bad-edge:#c0392b;
--k0:#0072b2;--k1:#d55e00;--k2:#008a63;--k3:#b6528f;--k4:#b07d00;--k5:#2f9bd8;--k6:#882255;--k7:#6b7a1e;--kx:#b4b9bf;
--r0:#e8f1fa;--r1:#c6dcf0;--r2:#94c0e4;--r3:#5a9bd0;--r4:#2171b5;--r5:#0b4a86;
--w0:#fff1e0;--w1:#fdd9b0;--w2:#fbb878;--w3:#f08a3c;--w4:#b84f08;--w5:#8f3a00;--deep:#fff;--mid:#000}
@media (prefers-color-scheme:dark){:root{--bg:#14161a;--card:#1b1e23;--fg:#e6e8eb;--dim:#a2a9b3;--edge:#353a42;
--accent:#6cb2f0;--note:#2e2716;--note-edge:#d9a32b;--bad:#341d1c;--bad-edge:#e2685c;
--k0:#4ba3e0;--k1:#f07d2c;--k2:#2fc49a;--k3:#e58bc0;--k4:#e8b93a;--k5:#9ad4f7;--k6:#d36b9f;--k7:#b5c653;--kx:#5d646e;
--r0:#16293c;--r1:#173e61;--r2:#1c5185;--r3:#2a68a5;--r4:#6aa8e0;--r5:#b0d4f5;
--w0:#33200f;--w1:#4d2c10;--w2:#733d10;--w3:#94490a;--w4:#e08a3a;--w5:#ffc78a;--deep:#000;--mid:#fff}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:68rem;background:var(--bg);color:var(--fg);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .3rem}
h2{font-size:1.25rem;margin:0 0 .6rem}
h3{font-size:1.02rem;margin:1.5rem 0 .4rem}
p{margin:.5rem 0;max-width:56rem}
h1,p,dd,code{overflow-wrap:anywhere}
section{margin-top:1.25rem;padding:1.1rem 1.2rem 1.3rem;background:var(--card);border:1px solid var(--edge);border-radius:.6rem}
.meta{color:var(--dim);font-size:.9rem;max-width:none}
.lead{font-size:1.1rem;max-width:none}
.badge{display:inline-block;vertical-align:.2em;margin-left:.3rem;padding:.05rem .6rem;border:1px solid var(--dim);
border-radius:1rem;font-size:.8rem;font-weight:600;color:var(--fg)}
.badge.done{border-color:var(--k2);color:var(--k2)}.badge.failed{border-color:var(--bad-edge);color:var(--bad-edge)}
.badge.running{border-color:var(--accent);color:var(--accent)}.badge.interrupted{border-color:var(--note-edge)}
.note{padding:.6rem .9rem;background:var(--note);border-left:4px solid var(--note-edge);border-radius:.3rem;max-width:none}
.note.bad{background:var(--bad);border-color:var(--bad-edge)}
.note ul{margin:.3rem 0 0;padding-left:1.2rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11.5rem,1fr));gap:.75rem;margin:1rem 0 0}
.tiles>div{padding:.7rem .9rem;background:var(--card);border:1px solid var(--edge);border-radius:.6rem}
.tiles dt{color:var(--dim);font-size:.9rem}
.tiles dd{margin:0;font-size:1.7rem;font-weight:600;line-height:1.3;font-variant-numeric:tabular-nums}
.tiles dd.detail{font-size:.82rem;font-weight:400;color:var(--dim)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem 1.5rem;align-items:start}
.scroll{overflow-x:auto;max-width:100%}
.scroll.tall{max-height:31rem;overflow-y:auto;border:1px solid var(--edge);border-radius:.4rem}
.scroll.tall thead th{position:sticky;top:0;background:var(--card)}
.scroll:focus-visible,svg:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:.92rem}
caption{text-align:left;padding:.2rem .6rem;color:var(--dim)}
th,td{padding:.3rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--edge)}
thead th{font-weight:600;color:var(--dim);white-space:nowrap}
tbody th{font-weight:500;min-width:6rem}
tfoot th{font-weight:500;color:var(--dim)}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.text{min-width:14rem;overflow-wrap:anywhere}
.bars{width:100%}
.bar{width:35%;min-width:5rem;vertical-align:middle}
.bar span{display:block;height:.7rem;min-width:1px;background:var(--k0);border-radius:.15rem}
.confusion th{white-space:nowrap}.confusion thead th:first-child{white-space:normal}
.confusion thead th+th,.confusion td{text-align:center}.confusion thead th+th{padding-inline:.3rem}
.confusion td{min-width:1.9rem;padding:.3rem .15rem;border:1px solid var(--card);font-variant-numeric:tabular-nums}
.confusion .index{display:inline-block;min-width:1.5rem;color:var(--dim)}
.none{color:var(--dim);fill:var(--bg)}
td.none{opacity:.65}
.r0{background:var(--r0);fill:var(--r0)}.r1{background:var(--r1);fill:var(--r1)}.r2{background:var(--r2);fill:var(--r2)}
.r3{background:var(--r3);fill:var(--r3);color:var(--mid)}.r4{background:var(--r4);fill:var(--r4);color:var(--deep)}
.r5{background:var(--r5);fill:var(--r5);color:var(--deep)}
.w0{background:var(--w0);fill:var(--w0)}.w1{background:var(--w1);fill:var(--w1)}.w2{background:var(--w2);fill:var(--w2)}
.w3{background:var(--w3);fill:var(--w3);color:var(--mid)}.w4{background:var(--w4);fill:var(--w4);color:var(--deep)}
.w5{background:var(--w5);fill:var(--w5);color:var(--deep)}
rect.w0,rect.w1{fill:var(--w2)}
figure{margin:.4rem 0;min-width:0}
figcaption{font-weight:600;font-size:.95rem;margin-bottom:.2rem}
svg{display:block;width:100%;height:auto}
.heatmap{border:1px solid var(--edge)}
.scatter{border:1px solid var(--edge);border-radius:.4rem;background:var(--bg);touch-action:pan-y}
.grid{stroke:var(--edge);stroke-width:1}
.tick{fill:var(--dim);font-size:12.5px}
.mark{stroke:var(--dim);stroke-dasharray:3 3}
.hover{fill:transparent}.hover:hover{fill:var(--dim);fill-opacity:.15}
.line{fill:none;stroke-width:2;stroke-linejoin:round}
.line0{stroke:var(--k0)}.line1{stroke:var(--k1);stroke-dasharray:7 3}.line2{stroke:var(--k2);stroke-dasharray:2 3}
.line3{stroke:var(--k3);stroke-dasharray:9 3 2 3}
.dot0{fill:var(--k0)}.dot1{fill:var(--k1)}.dot2{fill:var(--k2)}.dot3{fill:var(--k3)}
.legend{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;margin:.4rem 0 0;padding:0;list-style:none;font-size:.88rem}
.legend li{display:flex;align-items:center;gap:.4rem}
.swatch{flex:none;width:1.75rem;height:.7rem}
.swatch[viewBox="0 0 10 10"]{width:.85rem;height:.85rem}
.pt{stroke:var(--bg);stroke-width:.4;fill-opacity:.85}
.pt.wrong{stroke:var(--fg);stroke-width:1.3;fill-opacity:1}
.pt0{fill:var(--k0)}.pt1{fill:var(--k1)}.pt2{fill:var(--k2)}.pt3{fill:var(--k3)}.pt4{fill:var(--k4)}.pt5{fill:var(--k5)}
.pt6{fill:var(--k6)}.pt7{fill:var(--k7)}.ptx{fill:var(--kx)}
.ring{fill:none;stroke:var(--fg);stroke-width:2}
#scatter-tip{position:sticky;bottom:.5rem;margin:.6rem 0 0;padding:.5rem .8rem;max-width:none;background:var(--card);
border:1px solid var(--dim);border-radius:.4rem;font-size:.92rem}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em}
.commands dt{margin-top:.6rem;padding:.35rem .6rem;background:var(--bg);border:1px solid var(--edge);border-radius:.3rem}
.commands dd{margin:.15rem 0 0;color:var(--dim);font-size:.92rem}
@media (max-width:30rem){body{padding:1rem .6rem 3rem}section{padding:.9rem .8rem 1rem}th,td{padding:.3rem .4rem}
tbody th{min-width:7rem;overflow-wrap:anywhere}thead th,.confusion tbody th{white-space:normal}
.text{min-width:10rem}.tiles{grid-template-columns:1fr 1fr;gap:.5rem}.tiles dd{font-size:1.35rem}.bar{min-width:3rem;width:auto}
.lead{font-size:1rem}}
@media print{body{max-width:none;padding:0;font-size:10pt;background:#fff}section{border:0;padding:.3rem 0}
.scroll,.scroll.tall{overflow:visible;max-height:none;border:0}.scroll.tall thead th{position:static}
figure,tr,.tiles{break-inside:avoid}h2,h3{break-after:avoid}#scatter-tip{display:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

// Shows the row under the pointer, or chosen by the arrow keys, in both scatter plots. Texts go in as
// textContent only.
constexpr std::string_view kScript = R"js(
(function(){
"use strict";
var store=document.getElementById("scatter-data");
if(!store)return;
var rows=JSON.parse(store.textContent),tip=document.getElementById("scatter-tip");
var plots=Array.prototype.slice.call(document.querySelectorAll("svg.scatter")),current=-1;
function part(name,text){
  var s=document.createElement("span"),b=document.createElement("bdi");
  s.textContent=name;b.textContent=text;s.appendChild(b);return s;
}
function show(i){
  current=i;
  plots.forEach(function(plot,k){
    var ring=plot.querySelector(".ring");
    ring.setAttribute("cx",rows[i][2*k]);ring.setAttribute("cy",rows[i][2*k+1]);ring.setAttribute("visibility","visible");
  });
  var r=rows[i];
  tip.textContent="";
  tip.appendChild(part("",r[4]));tip.appendChild(document.createElement("br"));
  tip.appendChild(part("true: ",r[5]));tip.appendChild(part(" \u00b7 predicted: ",r[6]));
  if(r[5]!==r[6])tip.appendChild(part(" (wrong)",""));
  tip.hidden=false;
}
plots.forEach(function(plot,k){
  function point(event){
    var box=plot.getBoundingClientRect(),scale=plot.viewBox.baseVal.width/box.width;
    var x=(event.clientX-box.left)*scale,y=(event.clientY-box.top)*scale,best=-1,near=400;
    rows.forEach(function(r,i){
      var d=(r[2*k]-x)*(r[2*k]-x)+(r[2*k+1]-y)*(r[2*k+1]-y);
      if(d<near){near=d;best=i;}
    });
    if(best>=0&&best!==current)show(best);
  }
  plot.addEventListener("pointermove",point);
  plot.addEventListener("pointerdown",point);
  plot.addEventListener("keydown",function(event){
    var step={ArrowRight:1,ArrowDown:1,ArrowLeft:-1,ArrowUp:-1}[event.key];
    if(!step)return;
    event.preventDefault();
    show((current+step+rows.length)%rows.length);
  });
});
})();
)js";

}  // namespace

std::string html_page(std::string_view title, const std::string& body, bool refresh) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out +=
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'\">\n";
  if (refresh) out += "<meta http-equiv=\"refresh\" content=\"60\">\n";
  out.append("<title>")
      .append(html_text(title))
      .append("</title>\n<style>")
      .append(kStyle)
      .append("</style>\n</head>\n");
  out.append("<body>\n")
      .append(body)
      .append("<script>")
      .append(kScript)
      .append("</script>\n</body>\n</html>\n");
  return out;
}

}  // namespace reprtune
